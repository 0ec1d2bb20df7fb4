import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  parseServiceOptions,
  readContent,
  readPolicy,
  readSeed,
} from '../../src/arguments/service-plan.ts';
import type { Invocation } from '../../src/types/command.ts';
import { FakeHost } from '../support/fake-host.ts';

function given(values: Readonly<Record<string, string>>, ...flags: readonly string[]): Invocation {
  return {
    attributes: new Map(),
    command: [],
    words: [],
    lists: new Map(),
    flags: new Set(flags),
    values: new Map(Object.entries(values)),
  };
}

test('parseServiceOptions: a private bus, prompts accepted, no profile', () => {
  assert.deepEqual(parseServiceOptions(given({})), {
    bus: 'private',
    prompter: 'accept',
    isPrompterChosen: false,
    profile: undefined,
  });
  assert.deepEqual(parseServiceOptions(given({ prompter: 'none', profile: 'kwallet' }, 'bus')), {
    bus: 'existing',
    prompter: 'none',
    isPrompterChosen: true,
    profile: 'kwallet',
  });
});

test('parseServiceOptions: a log, with attributes where they are asked for', () => {
  const audit = (...flags: string[]) =>
    parseServiceOptions(given({ 'audit-log': 'L' }, ...flags)).audit;
  assert.deepEqual(audit(), { path: 'L', includesAttributes: false });
  assert.deepEqual(audit('audit-attributes'), { path: 'L', includesAttributes: true });
  assert.throws(() => parseServiceOptions(given({}, 'audit-attributes')), {
    code: 'usage',
    message: '--audit-attributes belongs to --audit-log=F',
  });
});

test('parseServiceOptions: unknown values are refused with those that are known', () => {
  for (const [option, line] of [
    ['prompter', '--prompter takes accept, terminal, dismiss, never, none'],
    ['profile', '--profile takes gnome-keyring, kwallet, keepassxc, oo7'],
  ] as const) {
    assert.throws(() => parseServiceOptions(given({ [option]: 'hunter2' })), {
      code: 'usage',
      message: line,
    });
  }
});

test('readSeed: nothing without --seed, else the document', async () => {
  const host = new FakeHost({ files: { F: '{"collections":[]}' } });
  assert.equal(await readSeed(given({}), host), undefined);
  assert.deepEqual(await readSeed(given({ seed: 'F' }), host), { collections: [] });
});

// @rule cli/no-seed-echo
test('readSeed: what is not JSON is refused without a word of it, and wiped', async () => {
  for (const text of ['{"secret": hunter2}', '', '{"secret": "hunter2"', '\ufeff']) {
    const host = new FakeHost({ files: { F: text } });
    await assert.rejects(readSeed(given({ seed: 'F' }), host), {
      code: 'seed-invalid',
      message: '--seed: expected a JSON document in UTF-8',
    });
    assert.ok(host.handedOut[0]?.every((byte) => byte === 0));
  }
});

test('readContent: a seed, or a file with its password, never both', async () => {
  const host = new FakeHost({ files: { F: '{"collections":[]}', pw: 'open\n', '3': 'once' } });
  assert.deepEqual(await readContent(given({ seed: 'F' }), host), { seed: { collections: [] } });
  const { file, seed } = await readContent(given({ store: 'S', 'password-fd': '3' }), host);
  assert.deepEqual([seed, file?.path, file?.readAgain], [undefined, 'S', undefined]);
  for (const [values, message] of [
    [{ 'password-file': 'pw' }, /belongs to --store/u],
    [{ store: 'memory', 'password-fd': '3' }, /belongs to --store/u],
    [{ store: 'S', seed: 'F' }, /--seed is for a store in memory/u],
    [{ store: '' }, /--store needs a value/u],
  ] as const) {
    assert.throws(() => parseServiceOptions(given(values)), { code: 'usage', message });
  }
});

test('readContent: what lasts is read again for a prompt, what is typed or read once is not', async () => {
  const host = new FakeHost({ files: { pw: 'open\n' }, typed: 'pw' });
  const lasting = await readContent(given({ store: 'S', 'password-file': 'pw' }), host);
  const again = await lasting.file?.readAgain?.();
  assert.equal(new TextDecoder().decode(again), 'open');
  const typed = await readContent(given({ store: 'S' }), host);
  assert.equal(typed.file?.readAgain, undefined);
});

test('readSeed, readPolicy: what is not UTF-8 is no JSON; complaints name the option', async () => {
  const host = new FakeHost();
  host.readFile = async (_path, _maxBytes, subject = '') => {
    host.subjects.push(subject);
    return Uint8Array.of(0x22, 0xff, 0x22);
  };
  await assert.rejects(readSeed(given({ seed: 'F' }), host), { code: 'seed-invalid' });
  await assert.rejects(readPolicy(given({ policy: 'F' }), host), { code: 'policy-invalid' });
  assert.deepEqual(host.subjects, ['--seed', '--policy']);
});

test('readContent: the password of a store that is made is typed twice', async () => {
  const made = new FakeHost({ typed: 'pw', services: { newStores: ['S'] } });
  const { file } = await readContent(given({ store: 'S' }), made);
  assert.equal(new TextDecoder().decode(file?.password), 'pw');
  assert.deepEqual(made.log, ['readHidden Password of the new store: ', 'readHidden Once more: ']);
  const there = new FakeHost({ typed: 'pw' });
  await readContent(given({ store: 'S' }), there);
  assert.deepEqual(there.log, ['readHidden Password of the store: ']);
  const fromFile = new FakeHost({ files: { pw: 'pw' }, services: { newStores: ['S'] } });
  await readContent(given({ store: 'S', 'password-file': 'pw' }), fromFile);
  assert.deepEqual(fromFile.log, ['readFile pw']);
});

test('readPolicy: nothing without --policy, else the document; no word of what is none', async () => {
  const host = new FakeHost({ files: { F: '{"rules":[]}', G: '{hunter2' } });
  assert.equal(await readPolicy(given({}), host), undefined);
  assert.deepEqual(await readPolicy(given({ policy: 'F' }), host), { rules: [] });
  await assert.rejects(readPolicy(given({ policy: 'G' }), host), {
    code: 'policy-invalid',
    message: '--policy: expected a JSON document in UTF-8',
  });
});

// @rule cli/json-key-once
test('readSeed, readPolicy: a key that stands twice is refused, by its place and without its value', async () => {
  const host = new FakeHost({
    files: {
      P: '{"rules":[{"decision":"refuse","decision":"allow"}]}',
      S: '{"collections":[{"id":"a","items":[{"secret":"hunter2","secret":"hunter3"}]}]}',
    },
  });
  await assert.rejects(readPolicy(given({ policy: 'P' }), host), {
    code: 'policy-invalid',
    message: '--policy: rules[0].decision: expected once, got it twice',
  });
  await assert.rejects(readSeed(given({ seed: 'S' }), host), {
    code: 'seed-invalid',
    message: '--seed: collections[0].items[0].secret: expected once, got it twice',
  });
  assert.ok(host.handedOut.at(-1)?.every((byte) => byte === 0));
});

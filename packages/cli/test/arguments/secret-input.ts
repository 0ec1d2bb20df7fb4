import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { secretInput } from '../../src/arguments/secret-input.ts';
import type { Invocation } from '../../src/types/command.ts';
import { FakeHost, type FakeHostParts } from '../support/fake-host.ts';

function invocation(flags: readonly string[], values: Record<string, string> = {}): Invocation {
  return {
    attributes: new Map(),
    command: [],
    words: [],
    flags: new Set(flags),
    values: new Map(Object.entries(values)),
    lists: new Map(),
  };
}

test('secretInput: a file, a pipe, a person; asked first with --ask', async () => {
  const cases: readonly (readonly [Invocation, FakeHostParts, string, boolean])[] = [
    [invocation([], { file: '/f' }), {}, 'readFile /f', false],
    [invocation([]), {}, 'readStdin 7', false],
    [invocation([]), { stdinKind: 'terminal' }, 'readHidden Q: ', true],
    [invocation(['ask']), {}, 'readHidden Q: ', true],
    [invocation(['ask']), { stdinKind: 'nothing' }, 'readHidden Q: ', true],
  ];
  for (const [given, parts, wanted, isPerson] of cases) {
    const host = new FakeHost({ typed: 'x', ...parts });
    const input = secretInput('set', 'Q: ', given, host);
    assert.deepEqual([input.isPerson, host.log], [isPerson, []]);
    await input.read(7);
    assert.deepEqual(host.log, [wanted]);
  }
});

test('secretInput: what excludes each other, and nothing to read from', () => {
  const both = invocation(['ask'], { file: '/f' });
  assert.throws(() => secretInput('set', '', both, new FakeHost()), /^CliError: set: --ask and/u);
  const nothing = new FakeHost({ stdinKind: 'nothing' });
  assert.throws(
    () => secretInput('set', '', invocation([]), nothing),
    /^CliError: set: stdin is \/dev\/null/u,
  );
});

test('secretInput: stdin is one thing', async () => {
  const given = invocation([], { 'password-fd': '0' });
  const message = 'set: stdin cannot be both, the secret and --password-fd';
  assert.throws(() => secretInput('set', '', given, new FakeHost()), { code: 'usage', message });
  for (const values of [{ 'password-fd': '3' }, { 'password-fd': '0', file: '/f' }]) {
    const input = secretInput('set', '', invocation([], values), new FakeHost());
    assert.equal(input.isPerson, false);
  }
  const asked = secretInput('set', '', invocation(['ask'], { 'password-fd': '0' }), new FakeHost());
  assert.equal(asked.isPerson, true);
});

// @rule cli/no-empty-by-accident
test('secretInput: Enter alone stores nothing, an empty pipe does', async () => {
  const person = secretInput('set', '', invocation(['ask']), new FakeHost({ typed: '' }));
  await assert.rejects(person.read(7), { code: 'not-asked' });
  const pipe = secretInput('set', '', invocation([]), new FakeHost({ stdin: '' }));
  assert.equal((await pipe.read(7)).length, 0);
});

import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import type { Prompter } from '../../src/prompters/prompter.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import {
  DBUS_ERROR,
  get,
  LOGIN,
  makeBench,
  NOW,
  refused,
  SEED,
  untilSignal,
} from '../support/bench.ts';

const SAFE = '/org/freedesktop/secrets/collection/safe';
const DEFAULT = '/org/freedesktop/secrets/aliases/default';
const NOWHERE = '/org/freedesktop/secrets/collection/none';

test('locking answers with what is locked and leaves unknown paths out', async () => {
  const bench = makeBench();
  const paths = [`${LOGIN}/1`, DEFAULT, SAFE, NOWHERE];
  assert.deepEqual(await bench.call(SERVICE_PATH, 'Lock', 'ao', paths), [paths.slice(0, 3), '/']);
  assert.equal(await get(bench, `${LOGIN}/2`, 'Locked'), true);
  assert.deepEqual(
    bench.signals().map(({ member, path }) => [member, path]),
    [
      ['CollectionChanged', SERVICE_PATH],
      ['PropertiesChanged', `${LOGIN}/1`],
      ['PropertiesChanged', `${LOGIN}/2`],
      ['PropertiesChanged', LOGIN],
    ],
  );
});

test('GNOME Keyring and KWallet take the path of an item that is gone for its collection', async () => {
  const gone = `${LOGIN}/99`;
  for (const [profile, found] of [
    [undefined, []],
    ['gnome-keyring', [gone]],
    ['kwallet', [gone]],
    ['keepassxc', []],
  ] as const) {
    const bench = makeBench(profile === undefined ? {} : { profile });
    assert.deepEqual(await bench.call(SERVICE_PATH, 'Unlock', 'ao', [gone]), [found, '/']);
  }
});

test('unlocking answers with what is open, and a prompt for the rest', async () => {
  const bench = makeBench();
  const paths = [LOGIN, SAFE, `${SAFE}/1`, NOWHERE];
  const [open, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', paths);
  assert.deepEqual(open, [LOGIN]);
  assert.equal(await get(bench, SAFE, 'Locked'), true);
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('ao', [SAFE, `${SAFE}/1`])]);
  assert.equal(signals.at(-1)?.destination, ':1.1');
  assert.equal(signals.filter(({ member }) => member === 'CollectionChanged').length, 1);
  assert.equal(await get(bench, SAFE, 'Locked'), false);
  const none = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [SAFE, NOWHERE]);
  assert.deepEqual(none, [[SAFE], '/']);
});

test('what a wrong password does not open is not done; it is asked for again, and then done', async () => {
  const store = memoryStore(SEED, () => NOW);
  const safe = store.collection('safe') ?? assert.fail();
  const unlock = safe.unlock.bind(safe);
  safe.unlock = async (password) => password?.[0] === 2 && (await unlock(password));
  const asked: boolean[] = [];
  const prompter: Prompter = {
    ask: async ({ wasWrong }) => {
      asked.push(wasWrong);
      return { answer: 'accept', password: Uint8Array.of(asked.length) };
    },
  };
  const bench = makeBench({ store, prompter, profile: 'keepassxc' });
  const [prompt] = await bench.call(SAFE, 'Delete');
  await bench.call(String(prompt), 'Prompt', 's', '');
  assert.deepEqual((await untilSignal(bench, 'Completed')).at(-1)?.body[0], false);
  assert.deepEqual([asked, store.collection('safe')], [[false, true], undefined]);
});

test('with GNOME Keyring what was once unlocked shows its attributes when it is locked again', async () => {
  const bench = makeBench({ profile: 'gnome-keyring' });
  const names = async (): Promise<string> => {
    const attributes = await get(bench, `${SAFE}/1`, 'Attributes');
    return attributes instanceof Map ? [...attributes.keys()].join() : assert.fail();
  };
  assert.match(await names(), /hashed/u);
  const [, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [SAFE]);
  await bench.call(String(prompt), 'Prompt', 's', '');
  await untilSignal(bench, 'Completed');
  await bench.call(SERVICE_PATH, 'Lock', 'ao', [SAFE]);
  assert.equal(await get(bench, SAFE, 'Locked'), true);
  assert.doesNotMatch(await names(), /hashed/u);
});

// @rule provider/locked-not-absent
test('a path below a collection that forgot its items stands for it; only what is there is open', async () => {
  const store = memoryStore(SEED, () => NOW);
  const safe = store.collection('safe') ?? assert.fail();
  const [items, item] = [safe.items.bind(safe), safe.item.bind(safe)];
  safe.items = () => (safe.isLocked ? [] : items());
  safe.item = (id) => (safe.isLocked ? undefined : item(id));
  Object.assign(safe, { needsPassword: true });
  const prompter: Prompter = { ask: async () => ({ answer: 'accept' }) };
  const bench = makeBench({ store, prompter });
  const paths = [`${SAFE}/1`, `${SAFE}/9`];
  assert.deepEqual(await bench.call(SERVICE_PATH, 'Lock', 'ao', paths), [paths, '/']);
  const [open, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', paths);
  assert.deepEqual(open, []);
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('ao', [`${SAFE}/1`])]);
});

test('a collection that is deleted meanwhile keeps no other one shut', async () => {
  const locked = ['gone', 'here'].map((id) => ({ id, label: id, locked: true, items: [] }));
  const store = memoryStore({ collections: locked });
  const [gone, here] = ['gone', 'here'].map((id) => store.collection(id) ?? assert.fail());
  assert.ok(gone !== undefined && here !== undefined);
  gone.unlock = () => Promise.reject(new Error('no such file'));
  const bench = makeBench({ store });
  const paths = locked.map(({ id }) => `/org/freedesktop/secrets/collection/${id}`);
  const [, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', paths);
  await store.deleteCollection('gone');
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('ao', paths.slice(1))]);
  assert.deepEqual([here.isLocked, bench.faults], [false, []]);
});

test('a password that opens nothing is asked for again', async () => {
  const sealed = memoryStore(SEED, () => NOW);
  const safe = sealed.collection('safe') ?? assert.fail();
  const unlock = safe.unlock.bind(safe);
  safe.unlock = async (password) => password?.[0] === 2 && (await unlock(password));
  const tries: boolean[] = [];
  const prompter: Prompter = {
    ask: async ({ wasWrong }) => {
      tries.push(wasWrong);
      return { answer: 'accept', password: Uint8Array.of(tries.length) };
    },
  };
  const bench = makeBench({ store: sealed, prompter });
  const [, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [SAFE]);
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('ao', [SAFE])]);
  assert.deepEqual(tries, [false, true]);
});

test('what is deleted while the prompt is open is not unlocked', async () => {
  const bench = makeBench();
  const [, one] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [SAFE]);
  const [, other] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [SAFE]);
  await bench.call(String(one), 'Prompt', 's', '');
  await untilSignal(bench, 'Completed');
  await bench.call(SAFE, 'Delete');
  bench.signals();
  await bench.call(String(other), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('ao', [])]);
});

test('KWallet refuses unknown paths, and to lock what is locked', async () => {
  const bench = makeBench({ profile: 'kwallet' });
  await assert.rejects(
    bench.call(SERVICE_PATH, 'Unlock', 'ao', [NOWHERE]),
    refused('org.qtproject.QtDBus.Error.InvalidObjectPath'),
  );
  await assert.rejects(
    bench.call(SERVICE_PATH, 'Lock', 'ao', [SAFE]),
    refused(`${DBUS_ERROR}.InvalidArgs`),
  );
});

test('KeePassXC prompts before it locks, and answers with real paths', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  assert.deepEqual(await bench.call(SERVICE_PATH, 'Unlock', 'ao', [DEFAULT]), [[LOGIN], '/']);
  const [done, prompt] = await bench.call(SERVICE_PATH, 'Lock', 'ao', [DEFAULT]);
  assert.deepEqual(done, []);
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('ao', [LOGIN])]);
  assert.equal(await get(bench, LOGIN, 'Locked'), true);
});

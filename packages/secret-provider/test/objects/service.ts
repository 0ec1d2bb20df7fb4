import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SECRET, wipedWhile } from '../../../../test-fixtures/src/wiped.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { SecretStore } from '../../src/stores/store.ts';
import { DBUS_ERROR, get, LOGIN, makeBench, refused, SECRET_ERROR } from '../support/bench.ts';

const SAFE = '/org/freedesktop/secrets/collection/safe';

test('the service lists its collections', async () => {
  assert.deepEqual(await get(makeBench(), SERVICE_PATH, 'Collections'), [
    LOGIN,
    SAFE,
    '/org/freedesktop/secrets/collection/session',
  ]);
});

test('a search tells open from locked items, and {} finds all', async () => {
  const bench = makeBench();
  const search = (wanted: Record<string, string>) =>
    bench.call(SERVICE_PATH, 'SearchItems', 'a{ss}', wanted);
  assert.deepEqual(await search({ a: '1' }), [[`${LOGIN}/1`, `${LOGIN}/2`], [`${SAFE}/1`]]);
  assert.deepEqual(await search({ a: '1', b: '2' }), [[`${LOGIN}/2`], []]);
  assert.deepEqual(await search({ A: '1' }), [[], []]);
  assert.equal((await search({})).flat().length, 3);
});

test('oo7 does not look into locked collections, KeePassXC does not list all', async () => {
  const oo7 = makeBench({ profile: 'oo7' });
  const found = await oo7.call(SERVICE_PATH, 'SearchItems', 'a{ss}', { a: '1' });
  assert.deepEqual(found[1], []);
  const keepassxc = makeBench({ profile: 'keepassxc' });
  assert.deepEqual(await keepassxc.call(SERVICE_PATH, 'SearchItems', 'a{ss}', {}), [[], []]);
});

test('GetSecrets leaves out what is locked or gone', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  const paths = [`${LOGIN}/1`, `${LOGIN}/9`, `${SAFE}/1`, LOGIN];
  const [secrets] = await bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', paths, session);
  assert.ok(secrets instanceof Map);
  assert.deepEqual([...secrets.keys()], [`${LOGIN}/1`]);
  assert.equal(new TextDecoder().decode(secrets.get(`${LOGIN}/1`)[2]), 'first');
});

// @rule provider/secrets-fit-one-reply
test('GetSecrets of more than a reply can hold is refused, and says what to do', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  const collection = bench.provider.service.store.collection('login');
  const half = { ...collection?.item('1'), secret: new Uint8Array(2 ** 25) };
  const paths = ['7', '8'].map((id) => `${LOGIN}/${id}`);
  for (const id of ['7', '8']) {
    const item = { label: '', attributes: new Map(), contentType: '', created: 0, modified: 0 };
    await collection?.putItem({ ...item, ...half, id });
  }
  await assert.rejects(
    bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', paths, session),
    refused(`${DBUS_ERROR}.LimitsExceeded`, /ask for fewer/u),
  );
  const [secrets] = await bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', paths.slice(1), session);
  assert.ok(secrets instanceof Map && secrets.size === 1);
});

test('KWallet gives empty secrets for locked items, and fails for unknown ones', async () => {
  const bench = makeBench({ profile: 'kwallet' });
  const session = await bench.openPlain();
  await bench.call(SERVICE_PATH, 'Lock', 'ao', [LOGIN]);
  const getSecrets = (...paths: string[]) =>
    bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', paths, session);
  const [secrets] = await getSecrets(`${LOGIN}/1`);
  assert.ok(secrets instanceof Map);
  assert.equal(secrets.get(`${LOGIN}/1`)[2].length, 0);
  await assert.rejects(
    getSecrets(`${LOGIN}/1`, `${LOGIN}/9`),
    refused(`${DBUS_ERROR}.InvalidArgs`),
  );
});

test('aliases are read, set, moved and removed', async () => {
  const bench = makeBench();
  const read = async (alias: string) =>
    (await bench.call(SERVICE_PATH, 'ReadAlias', 's', alias))[0];
  const set = (alias: string, path: string) =>
    bench.call(SERVICE_PATH, 'SetAlias', 'so', alias, path);
  assert.equal(await read('default'), LOGIN);
  assert.equal(await read('none'), '/');
  await set('default', SAFE);
  assert.equal(await read('default'), SAFE);
  await set('default', '/');
  assert.equal(await read('default'), '/');
  await assert.rejects(set('x', `${SAFE}x`), refused(`${SECRET_ERROR}.NoSuchObject`));
  for (const alias of ['a/b', 'a'.repeat(256)]) {
    await assert.rejects(set(alias, SAFE), refused(`${DBUS_ERROR}.InvalidArgs`));
  }
});

test('secrets that were read for a reply that fails are wiped, and no session gets none', async () => {
  const items = ['1', '2'].map((id) => ({ id, label: id, attributes: {}, secret: SECRET }));
  const seed = { collections: [{ id: 'login', label: 'Login', items }] };
  const bench = makeBench({ seed, profile: 'kwallet' });
  const session = await bench.openPlain();
  const getSecrets = (paths: readonly string[], of: string): Promise<unknown> =>
    bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', paths, of);
  const wiped = await wipedWhile(() =>
    assert.rejects(getSecrets([`${LOGIN}/1`, `${LOGIN}/2`, `${LOGIN}/9`], session)),
  );
  assert.deepEqual(wiped, { messages: 0, arrays: 2 });
  const unknown = makeBench().call(SERVICE_PATH, 'GetSecrets', 'aoo', [], `${session}x`);
  await assert.rejects(unknown, refused(`${SECRET_ERROR}.NoSession`));
});

// @rule provider/named-twice-read-once
test('an item that is named often is asked about once', async () => {
  let questions = 0;
  const bench = makeBench({
    policy: () => 'ask',
    prompter: {
      ask: async () => {
        questions += 1;
        return { answer: 'accept' };
      },
    },
  });
  const session = await bench.openPlain();
  const paths = Array.from({ length: 1000 }, () => `${LOGIN}/1`);
  const [secrets] = await bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', paths, session);
  assert.ok(secrets instanceof Map && secrets.size === 1);
  assert.equal(questions, 1);
});

// @rule provider/volatile-told
test('a store that forgets everything with the process says so, under an alias of its own', async () => {
  const told = async (store?: SecretStore): Promise<unknown> =>
    (
      await makeBench(store === undefined ? {} : { store }).call(
        SERVICE_PATH,
        'ReadAlias',
        's',
        'org.keywire.volatile',
      )
    )[0];
  assert.equal(await told(), LOGIN);
  const forgetful = memoryStore();
  const kept = new Proxy(forgetful, {
    get: (target, name) => {
      if (name === 'isPersistent') return true;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  assert.equal(await told(kept), '/');
});

test('aliases as daemons have them', async () => {
  const set = (profile: 'gnome-keyring' | 'kwallet', alias: string, path: string) =>
    makeBench({ profile }).call(SERVICE_PATH, 'SetAlias', 'so', alias, path);
  await assert.rejects(set('gnome-keyring', 'work', LOGIN), refused(`${DBUS_ERROR}.NotSupported`));
  assert.deepEqual(await set('kwallet', 'work', `${LOGIN}x`), []);
});

test('an unknown algorithm, and arguments that do not fit', async () => {
  const bench = makeBench();
  const open = (algorithm: string, input: Variant) =>
    bench.call(SERVICE_PATH, 'OpenSession', 'sv', algorithm, input);
  await assert.rejects(open('rot13', new Variant('s', '')), refused(`${DBUS_ERROR}.NotSupported`));
  await assert.rejects(
    bench.call(SERVICE_PATH, 'Unlock', 's', LOGIN),
    refused(`${DBUS_ERROR}.InvalidArgs`),
  );
});

test('GNOME Keyring knows the collection login by its name, and refuses odd aliases as others', async () => {
  const bench = makeBench({ profile: 'gnome-keyring' });
  const [path] = await bench.call(SERVICE_PATH, 'ReadAlias', 's', 'login');
  assert.equal(path, LOGIN);
  assert.equal(await get(bench, '/org/freedesktop/secrets/aliases/login', 'Label'), 'Login');
  const odd = bench.call(SERVICE_PATH, 'SetAlias', 'so', 'a/b', LOGIN);
  await assert.rejects(odd, refused(`${DBUS_ERROR}.NotSupported`));
  const [none] = await makeBench().call(SERVICE_PATH, 'ReadAlias', 's', 'login');
  assert.equal(none, '/');
});

test('KWallet and KeePassXC have no collection for the session', async () => {
  for (const [profile, count] of [
    [undefined, 1],
    ['gnome-keyring', 1],
    ['kwallet', 0],
    ['keepassxc', 0],
  ] as const) {
    const store = memoryStore();
    const bench = makeBench(profile === undefined ? { store } : { store, profile });
    const [path] = await bench.call(SERVICE_PATH, 'ReadAlias', 's', 'session');
    assert.equal(path === '/' ? 0 : 1, count, profile);
    assert.equal(store.collections().length, 1 + count);
  }
});

import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  DBUS_ERROR,
  get,
  LOGIN,
  makeBench,
  NOW,
  refused,
  SECRET_ERROR,
  set,
  untilSignal,
} from '../support/bench.ts';

const SAFE = '/org/freedesktop/secrets/collection/safe';
const DEFAULT = '/org/freedesktop/secrets/aliases/default';

test('a collection answers alike at its path and at its alias', async () => {
  const bench = makeBench();
  for (const path of [LOGIN, DEFAULT]) {
    assert.deepEqual(await get(bench, path, 'Items'), [`${LOGIN}/1`, `${LOGIN}/2`]);
    assert.equal(await get(bench, path, 'Label'), 'Login');
    assert.equal(await get(bench, path, 'Locked'), false);
    assert.equal(await get(bench, path, 'Created'), BigInt(NOW));
    assert.equal(await get(bench, path, 'Modified'), BigInt(NOW));
    assert.deepEqual(await bench.call(path, 'SearchItems', 'a{ss}', { b: '2' }), [[`${LOGIN}/2`]]);
  }
});

test('a search in a locked collection finds its items', async () => {
  const bench = makeBench();
  assert.deepEqual(await bench.call(SAFE, 'SearchItems', 'a{ss}', { a: '1' }), [[`${SAFE}/1`]]);
});

test('a label is set and told once; a locked collection keeps its own', async () => {
  const bench = makeBench();
  await set(bench, LOGIN, 'Label', new Variant('s', 'Renamed'));
  assert.equal(await get(bench, LOGIN, 'Label'), 'Renamed');
  assert.deepEqual(
    bench.signals().map(({ member }) => member),
    ['CollectionChanged', 'PropertiesChanged'],
  );
  await assert.rejects(
    set(bench, SAFE, 'Label', new Variant('s', 'x')),
    refused(`${SECRET_ERROR}.IsLocked`),
  );
  await assert.rejects(
    set(bench, LOGIN, 'Locked', new Variant('b', true)),
    refused(`${DBUS_ERROR}.PropertyReadOnly`),
  );
  assert.deepEqual(bench.signals(), []);
});

test('a collection is deleted at once, its alias with it; a locked one is not', async () => {
  const bench = makeBench();
  assert.deepEqual(await bench.call(LOGIN, 'Delete'), ['/']);
  assert.deepEqual(
    bench.signals().map(({ member, body }) => [member, member[0] === 'C' ? body : 0]),
    [
      ['CollectionDeleted', [LOGIN]],
      ['PropertiesChanged', 0],
    ],
  );
  await assert.rejects(bench.call(DEFAULT, 'Delete'), refused(`${SECRET_ERROR}.NoSuchObject`));
  await assert.rejects(bench.call(SAFE, 'Delete'), refused(`${SECRET_ERROR}.IsLocked`));
});

test('with KeePassXC a deletion takes a prompt', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  const [prompt] = await bench.call(LOGIN, 'Delete');
  assert.notEqual(prompt, '/');
  assert.equal(await get(bench, LOGIN, 'Label'), 'Login');
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('s', '')]);
  await assert.rejects(bench.call(LOGIN, 'Delete'), refused(`${DBUS_ERROR}.UnknownObject`));
});

test('KeePassXC leaves out when a locked collection was made', async () => {
  const all = async (bench: ReturnType<typeof makeBench>): Promise<unknown> => {
    const method = 'org.freedesktop.DBus.Properties.GetAll';
    const path = '/org/freedesktop/secrets/collection/safe';
    const [values] = await bench.call(path, method, 's', 'org.freedesktop.Secret.Collection');
    return values instanceof Map ? [...values.keys()].sort() : values;
  };
  const names = ['Created', 'Items', 'Label', 'Locked', 'Modified'];
  assert.deepEqual(await all(makeBench()), names);
  assert.deepEqual(await all(makeBench({ profile: 'keepassxc' })), ['Items', 'Label', 'Locked']);
});

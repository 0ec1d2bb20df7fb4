import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import type { ProfileName } from '../src/profile.ts';
import {
  DBUS_ERROR,
  get,
  itemProperties,
  LOGIN,
  makeBench,
  plainSecret,
  read,
  refused,
  SECRET_ERROR,
  store,
  untilSignal,
} from './support/bench.ts';

const SAFE = '/org/freedesktop/secrets/collection/safe';

test('an item is made with everything it was given, byte for byte', async () => {
  const bench = makeBench();
  const contentType = 'Text/Plain;charset=UTF-8 ; x';
  const made = await store(bench, { a: '1' }, 'secret', { label: 'Läbel', contentType });
  assert.deepEqual(made, [`${LOGIN}/3`, '/']);
  assert.deepEqual(await read(bench, `${LOGIN}/3`), ['secret', contentType]);
  assert.equal(await get(bench, `${LOGIN}/3`, 'Label'), 'Läbel');
  assert.deepEqual(await get(bench, `${LOGIN}/3`, 'Attributes'), new Map([['a', '1']]));
});

test('it is told once, after the store has it, with the new list of items', async () => {
  const bench = makeBench();
  await store(bench, { n: '1' }, 'x');
  const [created, changed, ...more] = bench.signals();
  assert.deepEqual(created?.body, [`${LOGIN}/3`]);
  const values = changed?.body[1];
  assert.ok(values instanceof Map);
  assert.deepEqual(
    values.get('Items').value,
    [1, 2, 3].map((id) => `${LOGIN}/${id}`),
  );
  assert.deepEqual(more, []);
});

// @rule provider/exact-replace
test('replace takes the item with the same attributes, and no neighbour', async () => {
  const bench = makeBench();
  assert.deepEqual(await store(bench, { a: '1' }, 'new', { replace: true }), [`${LOGIN}/1`, '/']);
  assert.deepEqual(
    bench.signals().map(({ member }) => member),
    ['ItemChanged', 'PropertiesChanged', 'PropertiesChanged'],
  );
  assert.equal((await read(bench, `${LOGIN}/1`))[0], 'new');
  assert.equal((await read(bench, `${LOGIN}/2`))[0], 'second');
  assert.deepEqual(await store(bench, { b: '2' }, 'x', { replace: true }), [`${LOGIN}/3`, '/']);
  assert.deepEqual(await store(bench, {}, 'x', { replace: true }), [`${LOGIN}/4`, '/']);
});

const REPLACED: readonly [ProfileName, string][] = [
  ['gnome-keyring', `${LOGIN}/2`],
  ['kwallet', `${LOGIN}/1`],
];
for (const [profile, path] of REPLACED) {
  test(`${profile}: replace takes an item that merely matches`, async () => {
    const bench = makeBench({ profile });
    assert.deepEqual(await store(bench, { a: '1' }, 'new', { replace: true }), [path, '/']);
    const label = profile === 'kwallet' ? 'one' : 'new';
    assert.equal(await get(bench, path, 'Label'), label);
  });
}

test('KWallet wants a label and skips what it does not know', async () => {
  const bench = makeBench({ profile: 'kwallet' });
  await assert.rejects(store(bench, {}, 'x', { label: '' }), refused(`${DBUS_ERROR}.InvalidArgs`));
  const properties = itemProperties('label', { k: 'v' }).set('a.b.C', new Variant('u', 1));
  const secret = plainSecret(await bench.openPlain(), 'x');
  const made = await bench.call(LOGIN, 'CreateItem', 'a{sv}(oayays)b', properties, secret, false);
  assert.deepEqual(made, [`${LOGIN}/3`, '/']);
});

test('a locked collection, an unknown session and an unknown property change nothing', async () => {
  const bench = makeBench();
  await assert.rejects(
    store(bench, {}, 'x', { collection: SAFE }),
    refused(`${SECRET_ERROR}.IsLocked`),
  );
  const properties = itemProperties('x', {});
  const create = (given: unknown, secret: unknown) =>
    bench.call(LOGIN, 'CreateItem', 'a{sv}(oayays)b', given, secret, false);
  await assert.rejects(
    create(properties, plainSecret('/org/freedesktop/secrets/session/s99', 'x')),
    refused(`${SECRET_ERROR}.NoSession`),
  );
  await assert.rejects(
    create(new Map([['a.b.C', new Variant('s', '')]]), plainSecret(await bench.openPlain(), 'x')),
    refused(`${DBUS_ERROR}.InvalidArgs`),
  );
  assert.deepEqual(await get(bench, LOGIN, 'Items'), [`${LOGIN}/1`, `${LOGIN}/2`]);
  assert.deepEqual(bench.signals(), []);
});

test('with KeePassXC an item takes a prompt; dismissed, it is never made', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  const [none, prompt] = await store(bench, { n: '1' }, 'x');
  assert.equal(none, '/');
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('o', `${LOGIN}/3`)]);
  const [, other] = await store(bench, { n: '2' }, 'x');
  await bench.call(String(other), 'Dismiss');
  assert.deepEqual((await untilSignal(bench, 'Completed')).at(-1)?.body, [
    true,
    new Variant('o', '/'),
  ]);
  assert.deepEqual(
    await get(bench, LOGIN, 'Items'),
    [1, 2, 3].map((id) => `${LOGIN}/${id}`),
  );
});

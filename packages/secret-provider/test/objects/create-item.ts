import assert from 'node:assert/strict';
import { ALGORITHM_DH, generateKeyPair } from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SECRET, wipedWhile } from '../../../../test-fixtures/src/wiped.ts';
import type { ProfileName } from '../../src/api/daemon-profiles.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import {
  type Bench,
  DBUS_ERROR,
  get,
  itemProperties,
  LOGIN,
  makeBench,
  NOW,
  plainSecret,
  read,
  refused,
  SECRET_ERROR,
  SEED,
  store,
  untilSignal,
} from '../support/bench.ts';

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

test('what is not stored is wiped: the message’s bytes, and the copy that was made of them', async () => {
  const both = { messages: 0, arrays: 2 };
  const strict = makeBench({ policy: () => 'refuse' });
  const refusing = (): Promise<void> =>
    assert.rejects(store(strict, { n: '1' }, SECRET), refused(`${DBUS_ERROR}.AccessDenied`));
  assert.deepEqual(await wipedWhile(refusing), both);
  const asking = makeBench({ profile: 'keepassxc' });
  const dismissing = async (): Promise<void> => {
    const [, prompt] = await store(asking, { n: '1' }, SECRET);
    await asking.call(String(prompt), 'Dismiss');
  };
  // This daemon writes text anew, which is a copy more.
  assert.deepEqual(await wipedWhile(dismissing), { messages: 0, arrays: 3 });
  const taking = async (): Promise<void> => void (await store(makeBench(), { n: '1' }, SECRET));
  assert.deepEqual(await wipedWhile(taking), { messages: 0, arrays: 1 });
});

/** Decrypts under no key; of whole blocks one key in 256 makes something that looks padded. */
const NO_BLOCK = new Uint8Array(15);

async function createWith(bench: Bench, session: string): Promise<readonly unknown[]> {
  const secret = [session, new Uint8Array(16), NO_BLOCK, 'text/plain'];
  const properties = itemProperties('bad', { bad: '1' });
  return bench.call(LOGIN, 'CreateItem', 'a{sv}(oayays)b', properties, secret, false);
}

async function openEncrypted(bench: Bench): Promise<string> {
  const { publicKey } = generateKeyPair();
  const key = new Variant('ay', publicKey);
  const [, path] = await bench.call(SERVICE_PATH, 'OpenSession', 'sv', ALGORITHM_DH, key);
  return String(path);
}

test('a secret that does not decrypt: refused, left behind empty, or taken as it is', async () => {
  const NOWHERE = '/org/freedesktop/secrets/session/s99';
  const invalidPath = 'org.qtproject.QtDBus.Error.InvalidObjectPath';
  for (const [profile, errorName, unknown, left] of [
    [undefined, `${DBUS_ERROR}.InvalidArgs`, `${SECRET_ERROR}.NoSession`, 0],
    ['gnome-keyring', `${DBUS_ERROR}.Failed`, `${SECRET_ERROR}.NoSession`, 0],
    ['kwallet', invalidPath, invalidPath, 2],
  ] as const) {
    const bench = makeBench(profile === undefined ? {} : { profile });
    await assert.rejects(createWith(bench, await openEncrypted(bench)), refused(errorName));
    await assert.rejects(createWith(bench, NOWHERE), refused(unknown));
    const [found] = await bench.call(LOGIN, 'SearchItems', 'a{ss}', { bad: '1' });
    assert.ok(Array.isArray(found));
    assert.equal(found.length, left, profile);
    for (const path of found) assert.equal((await read(bench, path))[0], '');
  }
});

test('KeePassXC stores what does not decrypt, and of an unknown session leaves an empty item', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  const [, taken] = await createWith(bench, await openEncrypted(bench));
  await bench.call(String(taken), 'Prompt', 's', '');
  assert.deepEqual((await untilSignal(bench, 'Completed')).at(-1)?.body, [
    false,
    new Variant('o', `${LOGIN}/3`),
  ]);
  const [none, vain] = await createWith(bench, '/org/freedesktop/secrets/session/s99');
  assert.equal(none, '/');
  await bench.call(String(vain), 'Prompt', 's', '');
  assert.deepEqual((await untilSignal(bench, 'Completed')).at(-1)?.body, [
    true,
    new Variant('o', `${LOGIN}/4`),
  ]);
  assert.deepEqual(
    [await get(bench, `${LOGIN}/4`, 'Label'), await read(bench, `${LOGIN}/4`)],
    ['', ['', 'text/plain']],
  );
  assert.deepEqual(await bench.call(LOGIN, 'SearchItems', 'a{ss}', { bad: '1' }), [[`${LOGIN}/3`]]);
});

test('KeePassXC refuses a new entry by a dismissal, and keeps what it was given before', async () => {
  for (const [label, attributes, secret, kept] of [
    ['{REF:P@T:x}', { k: '1' }, 's', ''],
    ['l', { k: 'a{ref:u@i:00}b' }, 's', 'l'],
    ['l', { k: '1', Uuid: 'x' }, 's', 'l'],
    ['l', { k: '1' }, '{REF:P@T:x}', 'l k'],
  ] as const) {
    const bench = makeBench({ profile: 'keepassxc' });
    const [, prompt] = await store(bench, attributes, secret, { label });
    assert.equal(bench.provider.service.store.collection('login')?.items().length, 2);
    await bench.call(String(prompt), 'Prompt', 's', '');
    const { body } = (await untilSignal(bench, 'Completed')).at(-1) ?? assert.fail();
    assert.deepEqual(body, [true, new Variant('o', `${LOGIN}/3`)]);
    const item = bench.provider.service.store.collection('login')?.item('3') ?? assert.fail();
    assert.equal([item.label, ...item.attributes.keys()].join(' '), kept);
    assert.equal(item.secret.length, 0);
  }
});

test('KWallet cuts a number off a new label, and forgets when a replaced item was made', async () => {
  const created = 7;
  const seed = {
    collections: [
      {
        id: 'login',
        label: 'Login',
        items: [{ id: '1', label: 'a', attributes: { n: '1' }, secret: '', created }],
      },
    ],
  };
  for (const [profile, kept] of [
    [undefined, true],
    ['kwallet', false],
  ] as const) {
    const bench = makeBench(profile === undefined ? { seed } : { seed, profile });
    await store(bench, { n: '1' }, 'x', { replace: true });
    assert.equal((await get(bench, `${LOGIN}/1`, 'Created')) === 7n, kept);
    for (const [label, cut] of [
      ['lab__3_', 'lab'],
      ['a__b', 'a__b'],
      ['x__3_y', 'x__3_y'],
    ] as const) {
      const [path] = await store(bench, { label }, 'x', { label });
      assert.equal(await get(bench, String(path), 'Label'), kept ? label : cut);
    }
  }
});

test('KeePassXC makes an item in what is locked, once a person has unlocked it', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  const [, prompt] = await store(bench, { n: '1' }, 'x', { collection: SAFE });
  await bench.call(String(prompt), 'Prompt', 's', '');
  assert.equal((await untilSignal(bench, 'Completed')).at(-1)?.body[0], false);
  assert.equal(await get(bench, SAFE, 'Locked'), false);
});

test('where a new item takes the place of an old one, the old one goes last', async () => {
  const memory = memoryStore(SEED, () => NOW);
  const login = memory.collection('login') ?? assert.fail();
  const put = login.putItem.bind(login);
  login.putItem = () => Promise.reject(new Error('disk full'));
  const bench = makeBench({ store: memory, profile: 'oo7' });
  const replacing = () =>
    store(bench, { a: '1', b: '2' }, 'newer', { replace: true, contentType: 'text/plain' });
  await assert.rejects(replacing());
  assert.deepEqual(
    login.items().map(({ id }) => id),
    ['1', '2'],
  );
  login.putItem = put;
  const [path] = await replacing();
  assert.notEqual(path, `${LOGIN}/2`);
  assert.deepEqual(
    login.items().map(({ label }) => label),
    ['one', 'new'],
  );
});

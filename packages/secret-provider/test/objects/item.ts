import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SECRET, wipedWhile } from '../../../../test-fixtures/src/wiped.ts';
import type { ProfileName } from '../../src/api/daemon-profiles.ts';
import { GENERIC_SCHEMA } from '../../src/service/item-view.ts';
import {
  DBUS_ERROR,
  get,
  LOGIN,
  makeBench,
  NOW,
  plainSecret,
  read,
  refused,
  SECRET_ERROR,
  set,
  store,
  untilSignal,
} from '../support/bench.ts';

const ONE = `${LOGIN}/1`;
const HIDDEN = '/org/freedesktop/secrets/collection/safe/1';

test('an item shows its properties and its secret', async () => {
  const bench = makeBench();
  assert.equal(await get(bench, ONE, 'Locked'), false);
  assert.equal(await get(bench, ONE, 'Label'), 'one');
  assert.deepEqual(await get(bench, ONE, 'Attributes'), new Map([['a', '1']]));
  assert.equal(await get(bench, ONE, 'Created'), BigInt(NOW));
  assert.deepEqual(await read(bench, ONE), ['first', 'x/y; z=1']);
});

test('a secret that is not taken is wiped with its copy', async () => {
  const bench = makeBench({ policy: () => 'refuse' });
  const session = await bench.openPlain();
  const setting = (): Promise<void> =>
    assert.rejects(
      bench.call(ONE, 'SetSecret', '(oayays)', plainSecret(session, SECRET)),
      refused(`${DBUS_ERROR}.AccessDenied`),
    );
  assert.deepEqual(await wipedWhile(setting), { messages: 0, arrays: 2 });
});

test('each change is told once: the item, its properties, its collection', async () => {
  const bench = makeBench();
  await set(bench, ONE, 'Label', new Variant('s', 'uno'));
  await set(bench, ONE, 'Attributes', new Variant('a{ss}', { c: '3' }));
  const session = await bench.openPlain();
  await bench.call(ONE, 'SetSecret', '(oayays)', plainSecret(session, 'new', 'a/b'));
  const signals = bench.signals();
  assert.deepEqual(
    signals.map(({ member, path }) => [member, path]),
    Array.from({ length: 3 }, () => [
      ['ItemChanged', LOGIN],
      ['PropertiesChanged', ONE],
      ['PropertiesChanged', LOGIN],
    ]).flat(),
  );
  assert.deepEqual(await get(bench, ONE, 'Attributes'), new Map([['c', '3']]));
  assert.deepEqual(await read(bench, ONE), ['new', 'a/b']);
});

test('what a client has written and not waited for, it reads', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  const write = (text: string) =>
    bench.call(ONE, 'SetSecret', '(oayays)', plainSecret(session, text));
  const [, , answer] = await Promise.all([
    write('x'.repeat(100_000)),
    write('last'),
    bench.call(ONE, 'GetSecret', 'o', session),
  ]);
  assert.ok(Array.isArray(answer?.[0]));
  assert.equal(new TextDecoder().decode(answer[0][2]), 'last');
});

// @rule provider/is-locked
test('a locked item gives and takes nothing, and says so', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  const calls = [
    () => bench.call(HIDDEN, 'GetSecret', 'o', session),
    () => bench.call(HIDDEN, 'SetSecret', '(oayays)', plainSecret(session, 'x')),
    () => bench.call(HIDDEN, 'Delete'),
    () => set(bench, HIDDEN, 'Label', new Variant('s', 'x')),
    () => set(bench, HIDDEN, 'Attributes', new Variant('a{ss}', {})),
  ];
  for (const call of calls) await assert.rejects(call, refused(`${SECRET_ERROR}.IsLocked`));
  assert.equal(await get(bench, HIDDEN, 'Locked'), true);
  assert.deepEqual(bench.signals(), []);
});

test('a deleted item is gone, and told once', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  assert.deepEqual(await bench.call(ONE, 'Delete'), ['/']);
  assert.deepEqual(
    bench.signals().map(({ member }) => member),
    ['ItemDeleted', 'PropertiesChanged'],
  );
  await assert.rejects(
    bench.call(ONE, 'GetSecret', 'o', session),
    refused(`${SECRET_ERROR}.NoSuchObject`),
  );
});

test('KWallet gives an empty secret while locked, and takes writes that are lost', async () => {
  const bench = makeBench({ profile: 'kwallet' });
  const session = await bench.openPlain();
  await bench.call('/org/freedesktop/secrets', 'Lock', 'ao', [LOGIN]);
  const [struct] = await bench.call(ONE, 'GetSecret', 'o', session);
  assert.ok(Array.isArray(struct));
  assert.equal(struct[2].length, 0);
  await bench.call(ONE, 'SetSecret', '(oayays)', plainSecret(session, 'lost'));
  await set(bench, ONE, 'Label', new Variant('s', 'lost'));
  await set(bench, ONE, 'Attributes', new Variant('a{ss}', {}));
  assert.deepEqual(await bench.call(ONE, 'Delete'), ['/']);
  assert.equal(await get(bench, ONE, 'Label'), 'one');
});

test('GNOME Keyring adds the generic schema late, and says text/plain', async () => {
  const bench = makeBench({ profile: 'gnome-keyring' });
  const [path] = await store(bench, { k: 'v' }, 'x', { contentType: 'a/b' });
  assert.deepEqual(await get(bench, String(path), 'Attributes'), new Map([['k', 'v']]));
  assert.equal(await get(bench, String(path), 'Type'), '');
  await set(bench, String(path), 'Attributes', new Variant('a{ss}', { k: 'w' }));
  assert.deepEqual(await get(bench, String(path), 'Attributes'), new Map([['k', 'w']]));
  await set(bench, String(path), 'Label', new Variant('s', 'new'));
  assert.deepEqual(
    await get(bench, String(path), 'Attributes'),
    new Map([
      ['k', 'w'],
      ['xdg:schema', GENERIC_SCHEMA],
    ]),
  );
  assert.deepEqual(await read(bench, String(path)), ['x', 'text/plain']);
  bench.signals();
  const session = await bench.openPlain();
  await bench.call(String(path), 'SetSecret', '(oayays)', plainSecret(session, 'y'));
  assert.deepEqual(bench.signals(), []);
});

test('a type is a schema where a daemon has it so', async () => {
  const types = { 'gnome-keyring': '', kwallet: GENERIC_SCHEMA } as const;
  for (const profile of ['gnome-keyring', 'kwallet'] as const) {
    const bench = makeBench({ profile });
    assert.equal(await get(bench, ONE, 'Type'), types[profile]);
    await set(bench, ONE, 'Type', new Variant('s', 'o.T'));
    assert.equal(await get(bench, ONE, 'Type'), 'o.T');
    await set(bench, ONE, 'Attributes', new Variant('a{ss}', { b: '2' }));
    const attributes = await get(bench, ONE, 'Attributes');
    assert.ok(attributes instanceof Map);
    assert.deepEqual([...attributes.keys()], profile === 'kwallet' ? ['b'] : ['b', 'xdg:schema']);
    await set(bench, ONE, 'Attributes', new Variant('a{ss}', { 'xdg:schema': 'o.U' }));
    assert.equal(await get(bench, ONE, 'Type'), 'o.U');
    await bench.call('/org/freedesktop/secrets', 'Lock', 'ao', [LOGIN]);
    const setting = set(bench, ONE, 'Type', new Variant('s', 'o.V'));
    await (profile === 'kwallet'
      ? setting
      : assert.rejects(setting, refused(`${SECRET_ERROR}.IsLocked`)));
    assert.equal(await get(bench, ONE, 'Type'), 'o.U');
  }
});

test('KeePassXC: a title is the label, and a reference is refused wherever it stands', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  await set(bench, ONE, 'Attributes', new Variant('a{ss}', { Title: 'titled', UserName: 'me' }));
  const attributes = await get(bench, ONE, 'Attributes');
  assert.ok(attributes instanceof Map);
  assert.deepEqual(
    [await get(bench, ONE, 'Label'), attributes.get('Title'), attributes.get('UserName')],
    ['titled', 'titled', 'me'],
  );
  const session = await bench.openPlain();
  const reference = '{REF:P@T:x}';
  const before = await read(bench, ONE);
  for (const refusing of [
    () => set(bench, ONE, 'Label', new Variant('s', reference)),
    () => set(bench, ONE, 'Attributes', new Variant('a{ss}', { k: reference })),
    () => bench.call(ONE, 'SetSecret', '(oayays)', plainSecret(session, reference, 'a/b')),
  ]) {
    await assert.rejects(refusing(), refused(`${DBUS_ERROR}.InvalidArgs`));
  }
  assert.deepEqual([await get(bench, ONE, 'Label'), await read(bench, ONE)], ['titled', before]);
  await bench.call(ONE, 'SetSecret', '(oayays)', plainSecret(session, '{TITLE}'));
  assert.equal((await read(bench, ONE))[0], 'titled');
});

test('KeePassXC merges attributes, refuses its own, and prompts for a deletion', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  await set(bench, ONE, 'Attributes', new Variant('a{ss}', { b: '2' }));
  const shown = await get(bench, ONE, 'Attributes');
  assert.ok(shown instanceof Map);
  assert.deepEqual(
    [...shown.keys()],
    ['Title', 'UserName', 'URL', 'Notes', 'Uuid', 'Path', 'FDO_SECRETS_CONTENT_TYPE', 'a', 'b'],
  );
  await assert.rejects(
    set(bench, ONE, 'Attributes', new Variant('a{ss}', { Uuid: 'x' })),
    refused(`${DBUS_ERROR}.InvalidArgs`),
  );
  const [prompt] = await bench.call(ONE, 'Delete');
  await bench.call(String(prompt), 'Prompt', 's', '');
  assert.ok((await untilSignal(bench, 'Completed')).length > 1);
});

test('KeePassXC: of two prompts to delete an item one does, and it is told once', async () => {
  const bench = makeBench({ profile: 'keepassxc' });
  const prompts = [await bench.call(ONE, 'Delete'), await bench.call(ONE, 'Delete')];
  const ends: unknown[] = [];
  for (const [prompt] of prompts) {
    await bench.call(String(prompt), 'Prompt', 's', '');
    const signals = await untilSignal(bench, 'Completed');
    const isDismissed = signals.at(-1)?.body[0];
    ends.push([isDismissed, signals.some(({ member }) => member === 'ItemDeleted')]);
  }
  assert.deepEqual(ends, [
    [false, true],
    [true, false],
  ]);
});

const TYPES: readonly [ProfileName | undefined, boolean][] = [
  [undefined, false],
  ['keepassxc', false],
  ['kwallet', true],
  ['gnome-keyring', true],
];
for (const [profile, hasType] of TYPES) {
  test(`${profile ?? 'the specification'}: ${hasType ? 'a' : 'no'} property Type`, async () => {
    const bench = makeBench(profile === undefined ? {} : { profile });
    const type = get(bench, ONE, 'Type');
    if (hasType) assert.equal(typeof (await type), 'string');
    else
      await assert.rejects(
        type,
        refused(profile ? `${DBUS_ERROR}.UnknownInterface` : `${DBUS_ERROR}.UnknownProperty`),
      );
  });
}

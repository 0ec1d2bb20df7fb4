import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  gdbusProperty,
  type Keyring,
  requires,
  requiresPeers,
  type TranscriptStep,
  transcript,
} from '../../../test-fixtures/src/index.ts';
import {
  call,
  callOf,
  desktopEnv,
  dropInFile,
  essence,
  onlyItem,
  testShared,
  valueOrCode,
} from './support/drop-ins.ts';

const REAL = '@napi-rs/keyring';
const OURS = dropInFile('napi');
const NOTHING = { $undefined: true } as const;
const missing = requires('dbus-daemon', 'gnome-keyring', 'secretstorage') ?? requiresPeers(REAL);

type Name = 'Entry' | 'AsyncEntry';

/** What both classes give for what programs pass. */
function steps(name: Name): readonly TranscriptStep[] {
  const of = (username: string): { class: string; args: string[] } => ({
    class: name,
    args: ['service', username],
  });
  return [
    callOf(of('ada'), 'getPassword'),
    callOf(of('ada'), 'getSecret'),
    callOf(of('ada'), 'deleteCredential'),
    callOf(of('ada'), 'setPassword', 'pässwörd 🗝 \n'),
    callOf(of('ada'), 'getPassword'),
    callOf(of('ada'), 'getSecret'),
    callOf(of('ada'), 'setSecret', { $bytes: 'c3' }),
    callOf(of('ada'), 'getSecret'),
    callOf(of('ada'), 'deletePassword'),
    callOf(of(''), 'setPassword', 'nobody'),
    callOf(of(''), 'getPassword'),
    callOf(of('empty'), 'setPassword', ''),
    callOf(of('empty'), 'getPassword'),
    callOf(of('long'), 'setPassword', 'x'.repeat(100_000)),
    callOf(of('long'), 'getPassword'),
    call(name === 'Entry' ? 'findCredentials' : 'findCredentialsAsync', 'service'),
    call(name === 'Entry' ? 'findCredentials' : 'findCredentialsAsync', 'nothing', 'target'),
    callOf({ class: name, via: 'withTarget', args: ['default', 'service', 'bob'] }, 'getPassword'),
    callOf(
      { class: name, via: 'withTarget', args: ['default', 'service', 'bob'] },
      'setPassword',
      'b',
    ),
    callOf({ class: name, via: 'withTarget', args: ['default', 'service', 'bob'] }, 'getPassword'),
    callOf(
      { class: name, via: 'withTarget', args: ['Login', 'service', 'eve'] },
      'setPassword',
      'e',
    ),
    callOf({ class: name, via: 'withTarget', args: ['other', 'service', 'bob'] }, 'getPassword'),
    callOf(of('bob'), 'getPassword'),
    callOf({ class: name, args: [1, 2] }, 'getPassword'),
    callOf({ class: name, args: ['service'] }, 'getPassword'),
    callOf(of('ada'), 'setPassword', 4),
    callOf(of('ada'), 'setPassword', NOTHING),
    callOf(of('ada'), 'setSecret', 'text'),
    callOf({ class: name, args: ['service', 'ada', { linux: { store: 'file' } }] }, 'getPassword'),
    call(name === 'Entry' ? 'findCredentials' : 'findCredentialsAsync'),
  ];
}

/** What `@napi-rs/keyring/keytar` gives for what programs pass. */
const KEYTAR_STEPS: readonly TranscriptStep[] = [
  call('getPassword', 'service', 'ada'),
  call('findPassword', 'service'),
  call('setPassword', 'service', 'ada', 'one'),
  call('getPassword', 'service', 'ada'),
  call('findPassword', 'service'),
  call('findCredentials', 'service'),
  call('deletePassword', 'service', 'ada'),
  call('deletePassword', 'service', 'ada'),
  call('setPassword', 'service', 'ada'),
  call('getPassword', 1, 2),
  call('findPassword'),
  call('findCredentials'),
  call('setPassword', 'service', 'bob', 'two'),
];

const CLEAR: readonly TranscriptStep[] = ['', 'empty', 'long', 'bob', 'eve'].map((username) =>
  callOf({ class: 'Entry', args: ['service', username] }, 'deleteCredential'),
);

if (missing !== undefined) test.skip(`${REAL} and its drop-in`, missing);
else {
  for (const name of ['Entry', 'AsyncEntry'] as const) {
    test(`${name}: the same calls give the same results`, async () => {
      await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
      const theirs = await transcript(keyring.peerEnv, REAL, steps(name));
      await transcript(keyring.peerEnv, REAL, CLEAR);
      const ours = await transcript(keyring.env, OURS, steps(name));
      assert.deepEqual(ours.map(essence), theirs.map(essence));
    });
  }

  test('keytar’s functions: the same calls give the same results', async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    const theirs = await transcript(keyring.peerEnv, `${REAL}/keytar`, KEYTAR_STEPS);
    await transcript(keyring.peerEnv, REAL, CLEAR);
    const ours = await transcript(keyring.env, dropInFile('napi-keytar'), KEYTAR_STEPS);
    assert.deepEqual(ours.map(essence), theirs.map(essence));
    // What the last step leaves is the original's own item.
    const read = callOf({ class: 'Entry', args: ['service', 'bob'] }, 'getPassword');
    assert.equal(valueOrCode((await transcript(keyring.peerEnv, REAL, [read]))[0]), 'two');
  });

  testShared('keyring-rs', shareItems);

  test('several items for one entry are refused by both, and listed by both', async () => {
    const attributes = { service: 'demo', username: 'ada' };
    await using keyring = await bootGnomeKeyring({
      state: 'unlocked',
      seed: [
        { label: 'one', attributes: { ...attributes, x: '1' }, secret: 'first' },
        { label: 'two', attributes: { ...attributes, x: '2' }, secret: 'second' },
        { label: 'three', attributes: { service: 'demo' }, secret: 'third' },
      ],
    });
    const create = { class: 'Entry', args: ['demo', 'ada'] };
    const refused = [
      callOf(create, 'getPassword'),
      callOf(create, 'setPassword', 'x'),
      callOf(create, 'deleteCredential'),
      callOf({ ...create, class: 'AsyncEntry' }, 'getPassword'),
    ];
    const list = call('findCredentials', 'demo');
    const theirs = await transcript(keyring.peerEnv, REAL, [...refused, list]);
    const ours = await transcript(keyring.env, OURS, [...refused, list]);
    for (const [at] of refused.entries()) {
      assert.equal(valueOrCode(ours[at]), 'ambiguous');
      assert.ok('error' in (theirs[at] ?? {}));
    }
    assert.deepEqual(essence(ours.at(-1)), essence(theirs.at(-1)));
  });

  test('locked: an error in both forms, with its code', async () => {
    await using keyring = await bootGnomeKeyring({
      state: 'locked',
      seed: [
        { label: 'demo', attributes: { service: 'demo', username: 'ada' }, secret: 'hunter2' },
      ],
    });
    for (const name of ['Entry', 'AsyncEntry']) {
      const read = callOf({ class: name, args: ['demo', 'ada'] }, 'getPassword');
      const [theirs] = await transcript(keyring.peerEnv, REAL, [read]);
      assert.ok(theirs !== undefined && 'error' in theirs);
      const [ours] = await transcript(keyring.env, OURS, [read]);
      assert.match(String(valueOrCode(ours)), /^(?:locked|prompt-required|dismissed)$/u);
    }
  });

  // @rule keyring/sync-bounded
  test('a dialog that nobody answers ends a synchronous call when its time is up', async () => {
    await using keyring = await bootGnomeKeyring({
      state: 'locked',
      prompter: 'never',
      seed: [
        { label: 'demo', attributes: { service: 'demo', username: 'ada' }, secret: 'hunter2' },
      ],
    });
    const env = { ...keyring.env, DISPLAY: ':7' };
    const read = callOf({ class: 'Entry', args: ['demo', 'ada'] }, 'getPassword');
    const outcomes = await transcript(env, OURS, [
      call('configure', { syncTimeoutMs: 1500 }),
      read,
      call('configure', { interactive: false }),
      read,
    ]);
    assert.equal(valueOrCode(outcomes[1]), 'deadline');
    assert.equal(valueOrCode(outcomes[3]), 'locked');
  });
}

async function shareItems(keyring: Keyring): Promise<void> {
  const env = desktopEnv(keyring);
  const libraries = [
    { module: REAL, env: keyring.peerEnv },
    { module: OURS, env },
  ] as const;
  // The label of the collection that is there, so that none must be made.
  const label = await gdbusProperty(keyring.bus, {
    destination: 'org.freedesktop.secrets',
    path: '/org/freedesktop/secrets/aliases/default',
    property: 'org.freedesktop.Secret.Collection.Label',
  });
  const target = label.replaceAll("'", '');
  for (const create of [
    { class: 'Entry', args: ['demo', 'ada'] },
    { class: 'Entry', via: 'withTarget', args: [target, 'demo', 'ada'] },
  ]) {
    for (const writer of libraries) {
      for (const reader of libraries) {
        if (reader === writer) continue;
        await transcript(writer.env, writer.module, [callOf(create, 'setPassword', 'one')]);
        const [read] = await transcript(reader.env, reader.module, [
          callOf(create, 'getPassword'),
          callOf(create, 'setPassword', 'two'),
        ]);
        assert.equal(valueOrCode(read), 'one', `${writer.module} to ${reader.module}`);
        const names = ['service', 'account', 'username', 'target', 'application'];
        assert.deepEqual(await onlyItem(keyring, 'demo', names), {
          label: 'keyring:ada@demo',
          attributes: {
            service: 'demo',
            username: 'ada',
            ...(create.via === undefined ? {} : { target }),
          },
          secret: 'two',
        });
        const [deleted] = await transcript(writer.env, writer.module, [
          callOf(create, 'deleteCredential'),
        ]);
        assert.equal(valueOrCode(deleted), true);
      }
    }
  }
}

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  requiresPeers,
  secretStorage,
  type TranscriptStep,
  transcript,
} from '../../../test-fixtures/src/index.ts';
import { call, callOf, dropInFile, essence, valueOrCode } from './support/drop-ins.ts';

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

  test('what either stores, the other reads, replaces and deletes', async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    const libraries = [
      { module: REAL, env: keyring.peerEnv },
      { module: OURS, env: keyring.env },
    ] as const;
    for (const target of [undefined, 'Login'])
      for (const writer of libraries)
        for (const reader of libraries) {
          const create =
            target === undefined
              ? { class: 'Entry', args: ['demo', 'ada'] }
              : { class: 'Entry', via: 'withTarget', args: [target, 'demo', 'ada'] };
          await transcript(writer.env, writer.module, [callOf(create, 'setPassword', 'one')]);
          const [read] = await transcript(reader.env, reader.module, [
            callOf(create, 'getPassword'),
            callOf(create, 'setPassword', 'two'),
          ]);
          assert.equal(valueOrCode(read), 'one', `${writer.module} to ${reader.module}`);
          const [item, ...others] = await secretStorage.search(keyring.peerEnv, {
            service: 'demo',
          });
          assert.deepEqual(others, []);
          const { 'xdg:schema': _schema, ...attributes } = item?.attributes ?? {};
          assert.deepEqual(attributes, {
            service: 'demo',
            username: 'ada',
            ...(target === undefined ? {} : { target }),
          });
          assert.equal(item?.label, 'keyring:ada@demo');
          assert.equal(item?.contentType, 'text/plain');
          assert.equal(new TextDecoder().decode(item?.secret), 'two');
          const [deleted] = await transcript(writer.env, writer.module, [
            callOf(create, 'deleteCredential'),
          ]);
          assert.equal(valueOrCode(deleted), true);
        }
  });

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

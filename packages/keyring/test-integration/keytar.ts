import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type Keyring,
  requires,
  requiresPeers,
  type TranscriptStep,
  transcript,
} from '../../../test-fixtures/src/index.ts';
import {
  call,
  desktopEnv,
  dropInFile,
  essence,
  onlyItem,
  testShared,
  valueOrCode,
} from './support/drop-ins.ts';

const OURS = dropInFile('keytar');
const NOTHING = { $undefined: true } as const;
const missing =
  requires('dbus-daemon', 'gnome-keyring', 'secretstorage') ?? requiresPeers('keytar');

/** What keytar's functions give for what programs pass. */
const STEPS: readonly TranscriptStep[] = [
  call('getPassword', 'service', 'ada'),
  call('findPassword', 'service'),
  call('findCredentials', 'service'),
  call('deletePassword', 'service', 'ada'),
  call('setPassword', 'service', 'ada', 'hunter2'),
  call('setPassword', 'service', 'ada', 'pässwörd 🗝 \n'),
  call('getPassword', 'service', 'ada'),
  call('setPassword', 'service', 'bob', 'x'.repeat(100_000)),
  call('getPassword', 'service', 'bob'),
  call('findCredentials', 'service'),
  call('deletePassword', 'service', 'bob'),
  call('findPassword', 'service'),
  call('getPassword', '', ''),
  call('getPassword', 'service', ''),
  call('getPassword', 'service', NOTHING),
  call('getPassword', 1, 2),
  call('setPassword', 'service', 'ada', ''),
  call('setPassword', 'service', 'ada', 5),
  call('setPassword', 'service', { a: 1 }, 'x'),
  call('setPassword', ['service'], 'ada', 'x'),
  call('deletePassword', 'service'),
  call('findPassword'),
  call('findCredentials', ''),
];

if (missing !== undefined) test.skip('keytar and its drop-in', missing);
else {
  test('the same calls give the same results', async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    const theirs = await transcript(keyring.peerEnv, 'keytar', STEPS);
    await transcript(keyring.peerEnv, 'keytar', [call('deletePassword', 'service', 'ada')]);
    const ours = await transcript(keyring.env, OURS, STEPS);
    assert.deepEqual(ours.map(essence), theirs.map(essence));
    for (const [at, outcome] of theirs.entries()) {
      if (!('error' in outcome) || outcome.error.name !== 'Error') continue;
      const mine = ours[at];
      assert.equal(
        mine !== undefined && 'error' in mine && mine.error.message,
        outcome.error.message,
      );
    }
  });

  testShared('libsecret', shareItems);

  test('an item of the service that is no credential harms nothing', async () => {
    await using keyring = await bootGnomeKeyring({
      state: 'unlocked',
      seed: [
        { label: 'foreign', attributes: { service: 'demo', other: 'x' }, secret: 'nothing' },
        {
          label: 'bytes',
          attributes: { service: 'demo', account: 'bytes' },
          secret: new Uint8Array([0xff, 0xfe]),
        },
      ],
    });
    const outcomes = await transcript(keyring.env, OURS, [
      call('setPassword', 'demo', 'ada', 'hunter2'),
      call('findCredentials', 'demo'),
      call('findPassword', 'demo'),
    ]);
    assert.deepEqual(valueOrCode(outcomes[1]), [{ account: 'ada', password: 'hunter2' }]);
    assert.equal(valueOrCode(outcomes[2]), 'hunter2');
  });

  test('locked: a rejection, or what keytar gives when that is asked for', async () => {
    await using keyring = await bootGnomeKeyring({
      state: 'locked',
      seed: [
        { label: 'demo/ada', attributes: { service: 'demo', account: 'ada' }, secret: 'hunter2' },
      ],
    });
    const reads = [call('getPassword', 'demo', 'ada'), call('findPassword', 'demo')];
    const list = call('findCredentials', 'demo');
    const theirs = await transcript(keyring.peerEnv, 'keytar', reads);
    const ours = await transcript(keyring.env, OURS, [
      ...reads,
      list,
      call('configure', { locked: 'null' }),
      list,
      ...reads,
    ]);
    for (const outcome of ours.slice(0, reads.length + 1)) {
      assert.ok('error' in outcome && !outcome.isThrown, JSON.stringify(outcome));
      assert.match(String(outcome.error.code), /^(?:locked|prompt-required|dismissed)$/u);
    }
    assert.deepEqual(valueOrCode(ours.at(-reads.length - 1)), []);
    assert.deepEqual(ours.slice(-reads.length).map(essence), theirs.map(essence));
  });

  test('no bus: a rejection that says so', async () => {
    const env = { PATH: '/usr/bin:/bin', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    const [outcome] = await transcript(env, OURS, [call('getPassword', 'demo', 'ada')]);
    assert.equal(valueOrCode(outcome), 'unavailable');
  });
}

async function shareItems(keyring: Keyring): Promise<void> {
  const env = desktopEnv(keyring);
  const libraries = [
    { module: 'keytar', env: keyring.peerEnv },
    { module: OURS, env },
  ] as const;
  for (const writer of libraries) {
    for (const reader of libraries) {
      if (reader === writer) continue;
      await transcript(writer.env, writer.module, [call('setPassword', 'demo', 'ada', 'one')]);
      const [read] = await transcript(reader.env, reader.module, [
        call('getPassword', 'demo', 'ada'),
        call('setPassword', 'demo', 'ada', 'two'),
      ]);
      assert.equal(valueOrCode(read), 'one', `${writer.module} to ${reader.module}`);
      const names = ['service', 'account', 'username', 'target', 'xdg:schema', 'application'];
      assert.deepEqual(await onlyItem(keyring, 'demo', names), {
        label: 'demo/ada',
        attributes: {
          service: 'demo',
          account: 'ada',
          'xdg:schema': 'org.freedesktop.Secret.Generic',
        },
        secret: 'two',
      });
      const [deleted] = await transcript(writer.env, writer.module, [
        call('deletePassword', 'demo', 'ada'),
      ]);
      assert.equal(valueOrCode(deleted), true);
    }
  }
}

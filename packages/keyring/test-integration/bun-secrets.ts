import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type Keyring,
  requires,
  requiresRuntime,
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

const OURS = dropInFile('bun');
const missing = requires('dbus-daemon', 'gnome-keyring', 'secretstorage') ?? requiresRuntime('bun');
const token = { service: 'cli', name: 'token' };

/** What Bun.secrets gives for what programs pass. */
const STEPS: readonly TranscriptStep[] = [
  call('secrets.get', token),
  call('secrets.set', { ...token, value: 'one' }),
  call('secrets.get', token),
  call('secrets.get', 'cli', 'token'),
  call('secrets.set', 'cli', 'token', 'zwölf 🗝'),
  call('secrets.get', 'cli', 'token', 1),
  call('secrets.set', { ...token, value: 'x'.repeat(100_000) }, 'more'),
  call('secrets.get', token),
  call('secrets.delete', token),
  call('secrets.delete', token),
  call('secrets.set', { ...token, value: 'two', allowUnrestrictedAccess: true }),
  call('secrets.set', { ...token, value: '' }),
  call('secrets.get', token),
  call('secrets.get'),
  call('secrets.get', 'cli'),
  call('secrets.get', 1, 2),
  call('secrets.get', null),
  call('secrets.get', []),
  call('secrets.get', { service: 'cli' }),
  call('secrets.get', { service: '', name: 'token' }),
  call('secrets.get', { service: 'cli', name: '' }),
  call('secrets.get', { service: 1, name: 2 }),
  call('secrets.get', 'a\0b', 'c'),
  call('secrets.set'),
  call('secrets.set', {}),
  call('secrets.set', token),
  call('secrets.set', { ...token, value: null }),
  call('secrets.set', { ...token, value: 5 }),
  call('secrets.set', { ...token, value: { $undefined: true } }),
  call('secrets.set', { ...token, value: 'a\0b' }),
  call('secrets.set', 'cli', 'token'),
  call('secrets.set', 'cli', 'token', null),
  call('secrets.set', 'cli', 'token', 4),
  call('secrets.set', 'cli', { name: 'token', value: 'one' }),
  call('secrets.delete'),
  call('secrets.delete', 'cli'),
  call('secrets.delete', 'cli', 'token'),
];

if (missing !== undefined) test.skip('Bun.secrets and its drop-in', missing);
else {
  test('the same calls give the same results', async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    const theirs = await transcript(keyring.peerEnv, 'Bun', STEPS);
    const ours = await transcript(keyring.env, OURS, STEPS);
    assert.deepEqual(ours.map(essence), theirs.map(essence));
  });

  testShared('libsecret', shareItems);

  test('locked: a rejection with a code of Bun, or what Bun gives when that is asked for', async () => {
    await using keyring = await bootGnomeKeyring({
      state: 'locked',
      seed: [
        {
          label: 'cli/token',
          attributes: { service: 'cli', account: 'token', 'xdg:schema': 'com.oven-sh.bun.Secret' },
          secret: 'hunter2',
        },
      ],
    });
    const read = call('secrets.get', token);
    const [theirs] = await transcript(keyring.peerEnv, 'Bun', [read]);
    const [ours, , asked] = await transcript(keyring.env, OURS, [
      read,
      call('configure', { locked: 'null' }),
      read,
    ]);
    assert.match(
      String(valueOrCode(ours)),
      /^ERR_SECRETS_(?:INTERACTION_REQUIRED|USER_CANCELED)$/u,
    );
    assert.deepEqual(essence(asked), essence(theirs));
  });

  test('no bus: a code of Bun', async () => {
    const env = { PATH: '/usr/bin:/bin', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    const [theirs] = await transcript(env, 'Bun', [call('secrets.get', token)]);
    const [ours] = await transcript(env, OURS, [call('secrets.get', token)]);
    assert.ok(theirs !== undefined && 'error' in theirs && !theirs.isThrown);
    assert.ok(ours !== undefined && 'error' in ours && !ours.isThrown);
    assert.equal(ours.error.code, 'ERR_SECRETS_NOT_AVAILABLE');
  });
}

async function shareItems(keyring: Keyring): Promise<void> {
  const env = desktopEnv(keyring);
  const libraries = [
    { module: 'Bun', env: keyring.peerEnv },
    { module: OURS, env },
  ] as const;
  for (const writer of libraries) {
    for (const reader of libraries) {
      if (reader === writer) continue;
      await transcript(writer.env, writer.module, [call('secrets.set', 'cli', 'token', 'one')]);
      const [read] = await transcript(reader.env, reader.module, [
        call('secrets.get', token),
        call('secrets.set', 'cli', 'token', 'two'),
      ]);
      assert.equal(valueOrCode(read), 'one', `${writer.module} to ${reader.module}`);
      const names = ['service', 'account', 'username', 'target', 'xdg:schema', 'application'];
      assert.deepEqual(await onlyItem(keyring, 'cli', names), {
        label: 'cli/token',
        attributes: { service: 'cli', account: 'token', 'xdg:schema': 'com.oven-sh.bun.Secret' },
        secret: 'two',
      });
      const [deleted] = await transcript(writer.env, writer.module, [
        call('secrets.delete', token),
      ]);
      assert.equal(valueOrCode(deleted), true);
    }
  }
}

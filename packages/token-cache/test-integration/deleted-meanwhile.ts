/**
 * An item that another process deletes while it is read, saved or deleted: that is "nothing there",
 * or a save that comes through, and never an error.
 * Foreign peers: gnome-keyring, KWallet.
 */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKWallet,
  type Keyring,
  requires,
} from '../../../test-fixtures/src/index.ts';
import { SecretAgent } from '../src/persistences/secret-agent.ts';

const ROUNDS = 30;

const missing = requires('dbus-daemon', 'gnome-keyring', 'kwallet');
const keyrings: readonly [string, () => Promise<Keyring>][] = [
  ['gnome-keyring', () => bootGnomeKeyring({ state: 'unlocked' })],
  ['KWallet', () => bootKWallet({ state: 'unlocked' })],
];

for (const [name, boot] of keyrings) {
  const title = `${name}: clear, load and save at once, over two connections`;
  if (missing !== undefined) test.skip(title, missing);
  else test(title, () => disturb(boot));
}

// @rule token/gone-meanwhile
async function disturb(boot: () => Promise<Keyring>): Promise<void> {
  await using keyring = await boot();
  const address = keyring.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
  // Options that differ make two connections, as two processes have them.
  const [ours, theirs] = [30_000, 30_001].map(
    (replyMs) =>
      new SecretAgent({
        schemaName: 'org.example.Cache',
        connect: { address, interactive: false, timeouts: { replyMs } },
      }),
  );
  assert.ok(ours !== undefined && theirs !== undefined);
  for (let round = 0; round < ROUNDS; round += 1) {
    await ours.save('x');
    await Promise.all([ours.clear(), theirs.clear(), ours.load(), theirs.load()]);
    await ours.save('x');
    await Promise.all([theirs.clear(), ours.save('y')]);
    assert.ok([undefined, 'x', 'y'].includes(await theirs.load()));
  }
  await theirs.save('z');
  assert.equal(await ours.load(), 'z');
  await theirs.clear();
  assert.equal(await ours.load(), undefined);
}

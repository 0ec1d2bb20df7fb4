// The matrix of schemes: each program stores and we read, we store and it reads, on each keyring, and
// on gnome-keyring and KWallet also after the daemon was started again, when attributes look otherwise.
// Foreign peers: secret-tool, Python keyring, msal-extensions, docker's and git's helpers, keytar,
// @napi-rs/keyring, Bun.secrets, and libsecret itself for programs that are not to be had here.

import assert from 'node:assert/strict';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  type Bus,
  bootBus,
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type Keyring as KeyringFixture,
  requires,
} from '../../../test-fixtures/src/index.ts';
import { type Keyring, migrate, openKeyring } from '../src/index.ts';
import { type Names, PROGRAMS, type Program } from './support/programs.ts';

const PASSWORD = 'pässword "1"';
const CHANGED = 'changed';

const runnable = PROGRAMS.filter((program) => {
  const missing = program.missing();
  if (missing !== undefined) test.skip(`${program.name}: both ways`, missing);
  return missing === undefined;
});

for (const [kind, boot] of [
  ['gnome-keyring', (bus: Bus) => bootGnomeKeyring({ bus })],
  ['kwallet', (bus: Bus) => bootKWallet({ bus })],
] as const) {
  const missing = requires('dbus-daemon', kind);
  const title = `${kind}: each program and we read each other, before and after a restart`;
  if (missing !== undefined) test.skip(title, missing);
  else
    test(title, async () => {
      await using bus = await bootBus();
      {
        await using daemon = await boot(bus);
        await eachOf('before', daemon, async (program, keyring) => {
          await exchange(program, keyring, daemon);
        });
        await writtenOut(daemon);
        await daemon.stop();
      }
      await using daemon = await boot(bus);
      await eachOf('after', daemon, async (program, keyring) => {
        await readBack(program, keyring, daemon);
        await replaceAndDelete(program, keyring, daemon);
      });
    });
}

const withoutGnome = requires('dbus-daemon', 'gnome-keyring');
const moved = 'gnome-keyring: what both schemes know is moved to where the target looks';
if (withoutGnome !== undefined) test.skip(moved, withoutGnome);
// @rule keyring/excluded-where-found
else
  test(moved, async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    const connect = { address: keyring.env['DBUS_SESSION_BUS_ADDRESS'] ?? '' };
    await using service = await SecretService.connect(connect);
    const other = await service.createCollectionWithPassword('Other', 'password');
    const attributes = (username: string) => ({ service: 'demo', username });
    await service.store('l', attributes('elsewhere'), 'one', { collection: other });
    await service.store('l', attributes('here'), 'two');
    const opening = { backend: 'secret-service', config: 'none', connect } as const;
    const moving = { ...opening, from: 'keyring-rs', to: 'keywire', deleteSource: true } as const;
    const report = await migrate(moving);
    assert.deepEqual([report.total, report.copied, report.deleted], [1, 1, 1]);
    await using target = await openKeyring({ ...opening, scheme: 'keywire' });
    assert.equal(await target.getPassword('demo', 'elsewhere'), 'one');
    assert.equal(await target.getPassword('demo', 'here'), 'two');
    assert.deepEqual(await other.items(), []);
    assert.equal((await migrate(moving)).total, 0);
  });

const withoutKeePassXC = requires('dbus-daemon', 'keepassxc');
const title = 'keepassxc: each program and we read each other';
if (withoutKeePassXC !== undefined) test.skip(title, withoutKeePassXC);
else
  test(title, async () => {
    await using daemon = await bootKeePassXC();
    await eachOf('once', daemon, async (program, keyring) => {
      // A second store of one item by libsecret waits for a dialog there: each stores once.
      await exchange(program, keyring, daemon);
      await readBack(program, keyring, daemon);
      await replaceAndDelete(program, keyring, daemon);
    });
  });

const git = runnable.find(({ scheme }) => scheme === 'git-libsecret-2.42');
const withoutGit = requires('dbus-daemon', 'gnome-keyring', 'git-credential-libsecret');
const gitTitle = 'gnome-keyring: an older git’s item is read and replaced as a newer one does it';
if (withoutGit !== undefined) test.skip(gitTitle, withoutGit);
else
  test(gitTitle, async () => {
    assert.ok(git !== undefined);
    await using daemon = await bootGnomeKeyring();
    const { peerEnv: env } = daemon;
    await using keyring = await openKeyring({
      scheme: 'git-libsecret',
      config: 'none',
      connect: { address: daemon.bus.address },
    });
    const [theirs, ours] = [git.names('theirs'), git.names('ours')];
    await git.store(env, theirs, PASSWORD);
    assert.equal(await get(keyring, theirs), PASSWORD);
    // Its schema stays: the older helper finds no other.
    await keyring.setPassword(theirs.service, theirs.username, CHANGED);
    assert.equal(await git.read(env, theirs), CHANGED);
    assert.equal((await keyring.findCredentials(theirs.service)).length, 1);
    await keyring.setPassword(ours.service, ours.username, PASSWORD);
    assert.equal(await git.read(env, ours), undefined);
  });

/** Has the daemon write what it holds: KWallet does so when it is locked (quirk K22). */
async function writtenOut(daemon: KeyringFixture): Promise<void> {
  await using service = await SecretService.connect({ address: daemon.bus.address });
  await service.lock();
}

/** Runs a body for each program, on a keyring of ours with its scheme. */
async function eachOf(
  when: string,
  daemon: KeyringFixture,
  body: (program: Program, keyring: Keyring) => Promise<void>,
): Promise<void> {
  for (const program of runnable) {
    if (isRefused(program, daemon)) continue;
    const { scheme } = program;
    const hasGroup = scheme.startsWith('passwd-keyring');
    await using keyring = await openKeyring({
      scheme,
      config: 'none',
      interactive: true,
      allowForeignWrites: true,
      connect: { address: daemon.bus.address, timeouts: { promptMs: 30_000 } },
      ...(hasGroup ? { group: 'group' } : {}),
    });
    try {
      await body(program, keyring);
    } catch (error) {
      const told = error instanceof Error ? error.message : String(error);
      throw new Error(`${program.name}, ${when}: ${told}`, { cause: error });
    }
  }
}

/**
 * On KWallet, msal-extensions tries itself out on an item without a label, which is none there; and
 * @napi-rs/keyring takes encrypted sessions alone, of which one in a hundred fails (quirk K18).
 */
function isRefused(program: Program, daemon: KeyringFixture): boolean {
  return (
    daemon.kind === 'kwallet' && ['msal-extensions', '@napi-rs/keyring'].includes(program.name)
  );
}

async function exchange(program: Program, keyring: Keyring, daemon: KeyringFixture): Promise<void> {
  const theirs = program.names('theirs');
  const ours = program.names('ours');
  await program.store(daemon.peerEnv, theirs, PASSWORD);
  assert.equal(await get(keyring, theirs), PASSWORD, 'we read what it stored');
  await keyring.setPassword(ours.service, ours.username, PASSWORD);
  assert.equal(await program.read(daemon.peerEnv, ours), PASSWORD, 'it reads what we stored');
}

async function readBack(program: Program, keyring: Keyring, daemon: KeyringFixture): Promise<void> {
  assert.equal(await get(keyring, program.names('theirs')), PASSWORD, 'we read it again');
  assert.equal(
    await program.read(daemon.peerEnv, program.names('ours')),
    PASSWORD,
    'it reads ours again',
  );
}

/** We replace what it stored, in place, and delete what both stored. */
async function replaceAndDelete(
  program: Program,
  keyring: Keyring,
  daemon: KeyringFixture,
): Promise<void> {
  const theirs = program.names('theirs');
  await keyring.setPassword(theirs.service, theirs.username, CHANGED);
  assert.equal(await program.read(daemon.peerEnv, theirs), CHANGED, 'it reads what we replaced');
  const found = await keyring.findCredentials(theirs.service);
  const same = found.filter(({ username }) => username === theirs.username);
  assert.equal(same.length, 1, 'it was replaced, not doubled');
  for (const names of [theirs, program.names('ours')]) {
    await keyring.deletePassword(names.service, names.username);
    assert.equal(await program.read(daemon.peerEnv, names), undefined, 'it finds nothing any more');
  }
}

function get(keyring: Keyring, names: Names): Promise<string | undefined> {
  return keyring.getPassword(names.service, names.username);
}

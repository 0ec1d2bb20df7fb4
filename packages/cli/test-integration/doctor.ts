/**
 * doctor in broken situations, each made with real buses and daemons: what it says is what DOCTOR.md
 * shows under the situation's name, and its exit code is that of a store.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { CrossProcessLock } from '@keywire/file-lock';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootBus,
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type Keyring,
  type Requirement,
  requires,
  run,
  runOrThrow,
} from '../../../test-fixtures/src/index.ts';
import { type Answer, BUNDLE, keywire } from './support/keywire.ts';
import { asNobody, busOfNobody, NOBODY, needsRoot, sharedFolder } from './support/other-user.ts';

const DOCUMENT = readFileSync(new URL('../DOCTOR.md', import.meta.url), 'utf8');
const SECRET = 'hunter2';
const SEED = [{ label: 'Item of mine', attributes: { app: 'demo' }, secret: SECRET }];
const NO_BUS = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' };

type Env = Readonly<Record<string, string>>;

/** What differs from run to run in a report has a name in the document. */
function masked(text: string): string {
  return text
    .replace(/\/tmp\/kw-[\w-]+/gu, 'FOLDER')
    .replace(/ process \d+/giu, ' process PID')
    .replaceAll(`user ${NOBODY}`, 'user UID')
    .replace(/\/run\/user\/\d+/gu, '/run/user/UID');
}

/** The part of a report that says what is wrong: faults and their steps, without notes. */
function faultsOf(report: string): string {
  const paragraphs = report.trimEnd().split('\n\n');
  return paragraphs.filter((paragraph) => paragraph.startsWith('Fault: ')).join('\n\n');
}

function documented(situation: string): string {
  const [, block] =
    new RegExp(`^### ${situation}\\n\\n(?:[^\`]*\\n\\n)?\`\`\`text\\n([^]*?)\\n\`\`\`$`, 'mu').exec(
      DOCUMENT,
    ) ?? [];
  assert.ok(block !== undefined, `expected DOCTOR.md to show "${situation}"`);
  return block;
}

function assertReport(situation: string, { code, stdout, stderr }: Answer, exit: 3 | 5): void {
  assert.equal(stderr, '');
  assert.equal(masked(faultsOf(stdout)), documented(situation), stdout);
  assert.equal(code, exit);
  assert.ok(!stdout.includes(SECRET) && !stdout.includes('Item of mine'), stdout);
}

/** The text, the JSON beside it, and that a store exits with the same code. */
async function examine(situation: string, env: Env, exit: 3 | 5, args: readonly string[] = []) {
  assertReport(situation, await keywire(env, ['doctor', ...args]), exit);
  const json = await keywire(env, ['doctor', '--json', ...args]);
  assert.equal(json.code, exit);
  const report = JSON.parse(json.stdout);
  assert.deepEqual([report.ok, report.exitCode], [false, exit]);
  assert.ok(report.findings.some(({ level }: { level: string }) => level === 'fault'));
  assert.ok(!json.stdout.includes(SECRET) && !json.stdout.includes('Item of mine'));
  const stored = await keywire(env, ['store', '--label=L', 'a', 'b', '--timeout=2', '--no-prompt']);
  assert.equal(stored.code, exit, `a store: ${stored.stderr}`);
  return report;
}

function situation(name: string, needs: readonly Requirement[], body: () => Promise<void>): void {
  const missing = requires(...needs);
  if (missing === undefined) test(name, body);
  else test.skip(name, missing);
}

function onKeyring<T extends Keyring>(
  name: string,
  needs: readonly Requirement[],
  boot: () => Promise<T>,
  exit: 3 | 5,
  { extra = {}, args = [] }: { extra?: Env; args?: readonly string[] } = {},
): void {
  situation(name, ['dbus-daemon', ...needs], async () => {
    await using keyring = await boot();
    await examine(name, { ...keyring.env, ...extra }, exit, args);
  });
}

test('no bus', async () => {
  const report = await examine('no bus', NO_BUS, 5);
  assert.equal(report.bus.source, 'nowhere');
});

test('a bus that is disabled', async () => {
  await examine('a bus that is disabled', { ...NO_BUS, DBUS_SESSION_BUS_ADDRESS: 'disabled:' }, 5);
});

test('a stale socket', async () => {
  const folder = await mkdtemp('/tmp/kw-');
  try {
    const socket = path.join(folder, 'bus');
    // A listener that is killed leaves its socket behind.
    const script = `require('node:net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await run(process.execPath, ['-e', script]);
    const env = { ...NO_BUS, DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
    await examine('a stale socket', env, 5);
    await rm(socket);
    await examine('an address of a session that has ended', env, 5);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const unprivileged = needsRoot();
if (unprivileged === undefined) {
  situation('a socket that may not be opened', [], async () => {
    await using folder = await sharedFolder();
    const socket = path.join(folder.path, 'bus');
    const server = createServer().listen(socket);
    try {
      await once(server, 'listening');
      await chmod(socket, 0o600);
      const [command, ...args] = asNobody([process.execPath, folder.bundle, 'doctor']);
      const env = { ...NO_BUS, DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
      const said = await run(command, args, { env });
      const stdout = new TextDecoder().decode(said.stdout);
      const answer = { code: said.code, stdout, stdoutBytes: said.stdout, stderr: said.stderr };
      assertReport('a socket that may not be opened', answer, 5);
    } finally {
      server.close();
    }
  });

  situation('sudo, with the bus of another user', ['dbus-daemon'], async () => {
    await using folder = await sharedFolder();
    await using bus = await busOfNobody(folder);
    const env = {
      ...NO_BUS,
      DBUS_SESSION_BUS_ADDRESS: bus.address,
      SUDO_UID: String(NOBODY),
      SUDO_USER: 'nobody',
    };
    assertReport('sudo, with the bus of another user', await keywire(env, ['doctor']), 5);
  });
} else {
  test.skip('a socket that may not be opened', unprivileged);
  test.skip('sudo, with the bus of another user', unprivileged);
}

situation('a bus without a keyring', ['dbus-daemon'], async () => {
  await using bus = await bootBus();
  const report = await examine('a bus without a keyring', bus.env, 5);
  assert.deepEqual(report.service.collections, []);
});

situation('a keyring that ends at once', ['dbus-daemon'], async () => {
  const services = [{ name: 'org.freedesktop.secrets', exec: '/bin/false' }];
  await using bus = await bootBus({ services });
  await examine('a keyring that ends at once', bus.env, 5);
});

situation('a keyring that never comes up', ['dbus-daemon'], async () => {
  const services = [{ name: 'org.freedesktop.secrets', exec: '/bin/sleep 60' }];
  await using bus = await bootBus({ services, serviceStartTimeoutMs: 500 });
  await examine('a keyring that never comes up', bus.env, 5);
});

onKeyring(
  'locked, without a display',
  ['gnome-keyring'],
  () => bootGnomeKeyring({ state: 'locked', seed: SEED }),
  3,
);
onKeyring(
  'a dialog that nobody answers',
  ['gnome-keyring', 'mock-prompter'],
  () => bootGnomeKeyring({ state: 'locked', prompter: 'never', seed: SEED }),
  3,
  { extra: { DISPLAY: ':77' }, args: ['--unlock', '--timeout=1'] },
);
onKeyring(
  'a dialog that was dismissed',
  ['gnome-keyring', 'mock-prompter'],
  () => bootGnomeKeyring({ state: 'locked', prompter: 'dismiss', seed: SEED }),
  3,
  { extra: { DISPLAY: ':77' }, args: ['--unlock'] },
);
onKeyring('no default collection', ['gnome-keyring'], () => bootGnomeKeyring({ state: 'none' }), 3);
onKeyring('KWallet switched off', ['kwallet'], () => bootKWallet({ state: 'switched-off' }), 5);
onKeyring(
  'KeePassXC without an exposed group',
  ['keepassxc'],
  () => bootKeePassXC({ state: 'not-exposed' }),
  3,
);

const ALL = ['gnome-keyring', 'kwallet', 'keepassxc'] as const;
for (const kind of ALL) {
  situation(`${kind}, as it should be`, ['dbus-daemon', kind, 'secretstorage'], async () => {
    const boot = {
      'gnome-keyring': bootGnomeKeyring,
      kwallet: bootKWallet,
      keepassxc: bootKeePassXC,
    };
    await using keyring = await boot[kind]();
    const { code, stdout, stderr } = await keywire(keyring.env, ['diagnose', '--json']);
    assert.deepEqual([code, stderr], [0, ''], stdout);
    const { ok, findings, service, bus, daemons } = JSON.parse(stdout);
    assert.equal(ok, true);
    assert.deepEqual(
      findings.filter(({ level }: { level: string }) => level === 'fault'),
      [],
    );
    assert.equal(bus.source, 'DBUS_SESSION_BUS_ADDRESS');
    assert.deepEqual([service.family, service.isEncrypted], [kind, true]);
    assert.equal(service.owner.pid, keyring.pid);
    assert.match(service.owner.version, /^\d+\.\d+/u);
    assert.ok(service.quirks.length > 3);
    const owner = daemons.filter(({ ownsName }: { ownsName: boolean }) => ownsName);
    assert.deepEqual(
      owner.map(({ pid }: { pid: number }) => pid),
      [keyring.pid],
    );
    const text = await keywire(keyring.env, ['doctor']);
    assert.match(text.stdout, /^A store would succeed\.$/mu);
  });
}

situation(
  'a dialog that is answered unlocks',
  ['dbus-daemon', 'gnome-keyring', 'mock-prompter'],
  async () => {
    await using keyring = await bootGnomeKeyring({ state: 'locked', prompter: 'accept' });
    const env = { ...keyring.env, DISPLAY: ':77' };
    const locked = await keywire(env, ['doctor']);
    assert.equal(locked.code, 3);
    assert.match(locked.stdout, /is locked; a store would show a dialog\./u);
    assert.match(locked.stdout, /^ {2}- dbus-update-activation-environment DISPLAY$/mu);
    assert.equal((await keywire(env, ['doctor', '--unlock'])).code, 0);
    assert.equal((await keywire(env, ['doctor'])).code, 0);
  },
);

situation('a keyring of ours that is locked', ['dbus-daemon'], async () => {
  await using bus = await bootBus();
  const address = bus.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
  const collection = { id: 'login', label: 'Login', aliases: ['default'], locked: true, items: [] };
  const store = memoryStore({ collections: [collection] });
  await using _provider = await startSecretProvider({ address, store });
  const report = await examine('a keyring of ours that is locked', bus.env, 3);
  assert.deepEqual([report.service.family, report.service.quirks], ['keywire', []]);
  const { stdout } = await keywire(bus.env, ['doctor']);
  assert.match(stdout, /^Keyring +behaves as Keywire, /mu);
  assert.match(stdout, /^Dialogs +answered by the prompter that the keyring was started with$/mu);
});

test('one file: owner, mode, form, holder of the lock', async () => {
  const folder = await mkdtemp('/tmp/kw-');
  try {
    const password = path.join(folder, 'pw');
    const file = path.join(folder, "it's my.keyring");
    await writeFile(password, 'secret password\n');
    const made = ['run', `--store=${file}`, `--password-file=${password}`, '--', BUNDLE, 'store'];
    const words = [...made, '--label=Item of mine', 'app', 'demo'];
    assert.equal((await keywire(NO_BUS, words, { input: SECRET })).code, 0);
    const fine = await keywire(NO_BUS, ['doctor', file]);
    assert.equal(fine.code, 0, fine.stdout);
    assert.match(fine.stdout, /^Mode {3}0600$/mu);
    assert.match(fine.stdout, /^Form {3}hardened$/mu);
    assert.ok(!fine.stdout.includes(SECRET));

    await using _lock = await CrossProcessLock.acquire(`${file}.lock`, { timeoutMs: 5000 });
    await chmod(file, 0o644);
    const open = await keywire(NO_BUS, ['doctor', '--json', file]);
    assert.equal(open.code, 7);
    const { file: facts, findings } = JSON.parse(open.stdout);
    assert.deepEqual([facts.mode, facts.lock.pid], [0o644, process.pid]);
    assert.deepEqual(
      findings.map(({ code }: { code: string }) => code),
      ['file-open-to-others'],
    );
    const step = findings[0].steps[0];
    await runOrThrow('/bin/sh', ['-c', step]);
    assert.equal((await keywire(NO_BUS, ['doctor', file])).code, 0, step);

    await symlink(file, path.join(folder, 'link'));
    await mkdir(path.join(folder, 'wide'), { mode: 0o755 });
    await chmod(path.join(folder, 'wide'), 0o755);
    for (const [name, code, text] of [
      ['nothing', 2, /no such file/u],
      ['link', 7, /symbolic link/u],
      ['wide', 7, /chmod 700/u],
      ['pw', 7, /no keyring file/u],
    ] as const) {
      const answer = await keywire(NO_BUS, ['doctor', path.join(folder, name)]);
      assert.equal(answer.code, code, name);
      assert.match(answer.stdout, text);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

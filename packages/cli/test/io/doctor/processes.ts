import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import {
  displaysOf,
  keyringDaemons,
  programOf,
  versionOf,
} from '../../../src/io/doctor/processes.ts';

const uid = process.getuid?.();

async function withProc(use: (proc: string) => Promise<void>): Promise<void> {
  const proc = await mkdtemp(path.join(tmpdir(), 'proc-'));
  try {
    for (const [pid, cmdline, maps] of [
      ['11', 'kwalletd5\0--pam-login\x003\x004\0', '7f /usr/lib/libKF5Wallet.so.5.103.0\n'],
      ['12', '/usr/bin/gnome-keyring-daemon\0--foreground\0', ''],
      ['13', '/usr/bin/node\0keepassxc\0', ''],
      ['14', '', ''],
    ] as const) {
      await mkdir(path.join(proc, pid));
      await writeFile(path.join(proc, pid, 'cmdline'), cmdline);
      await writeFile(path.join(proc, pid, 'maps'), maps);
    }
    await mkdir(path.join(proc, '15'));
    await mkdir(path.join(proc, 'sys'));
    await writeFile(path.join(proc, '12', 'environ'), 'A=b\0DISPLAY=:5\0PASSWORD=hunter2\0');
    await symlink('/usr/bin/gnome-keyring-daemon (deleted)', path.join(proc, '12', 'exe'));
    await use(proc);
  } finally {
    await rm(proc, { recursive: true });
  }
}

test('keyringDaemons: by their programs, with arguments, the owner marked', async () => {
  await withProc(async (proc) => {
    const found = keyringDaemons(uid, 12, proc);
    assert.deepEqual(
      found.map(({ pid, arguments: words, version, ownsName }) => [pid, words, version, ownsName]),
      [
        [11, ['--pam-login', '3', '4'], '5.103.0', false],
        [12, ['--foreground'], undefined, true],
      ],
    );
    assert.deepEqual(keyringDaemons((uid ?? 0) + 1, 12, proc), []);
    assert.deepEqual(keyringDaemons(uid, 12, path.join(proc, 'none')), []);
  });
});

test('displaysOf and programOf: what is asked for and nothing else', async () => {
  await withProc(async (proc) => {
    assert.deepEqual(displaysOf(12, proc), { DISPLAY: ':5', WAYLAND_DISPLAY: undefined });
    await writeFile(path.join(proc, '13', 'environ'), 'WAYLAND_DISPLAY=w\0XDISPLAY=:1\0');
    assert.deepEqual(displaysOf(13, proc), { DISPLAY: undefined, WAYLAND_DISPLAY: 'w' });
    assert.equal(displaysOf(11, proc), undefined);
    assert.equal(programOf(12, proc), '/usr/bin/gnome-keyring-daemon');
    assert.equal(programOf(11, proc), undefined);
  });
});

test('versionOf: programs that are no keyring, or that others could change, are not run', async () => {
  assert.equal(await versionOf(process.pid, process.execPath), undefined);
  const folder = await mkdtemp(path.join(tmpdir(), 'bin-'));
  try {
    const program = path.join(folder, 'gnome-keyring-daemon');
    await writeFile(program, '#!/bin/sh\necho 9.9\n', { mode: 0o777 });
    await chmod(program, 0o777);
    assert.equal(await versionOf(process.pid, program), undefined);
    if (uid !== 0) return;
    await chmod(program, 0o755);
    assert.equal(await versionOf(process.pid, program), '9.9');
    // It writes where programs write what they need while they run.
    const told = path.join(folder, 'told');
    const lines = [`pwd > ${told}`, 'cd', 'touch a "$TMPDIR/b" "$XDG_RUNTIME_DIR/c"', 'echo 9.8'];
    await writeFile(program, ['#!/bin/sh -e', ...lines, ''].join('\n'));
    assert.equal(await versionOf(process.pid, program), '9.8');
    const place = (await readFile(told, 'utf8')).trimEnd();
    assert.equal(path.dirname(place), tmpdir());
    assert.equal(existsSync(place), false);
    for (const mode of [0o775, 0o757]) {
      await chmod(program, mode);
      assert.equal(await versionOf(process.pid, program), undefined);
    }
    await chmod(program, 0o755);
    await chown(program, 12_345, 0);
    assert.equal(await versionOf(process.pid, program), undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
});

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { CrossProcessLock } from '@keywire/file-lock';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { inspectFile } from '../../../src/io/doctor/file.ts';

test('inspectFile: kind, mode, form and holder of the lock', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kw-file-'));
  const at = (name: string): string => path.join(folder, name);
  try {
    await writeFile(at('k'), '[keyring]\ndisplay-name=x\n');
    await chmod(at('k'), 0o640);
    await writeFile(at('k.lock'), '4711 some program\n');
    const found = await inspectFile(at('k'));
    assert.deepEqual(
      [found.kind, found.mode, found.format, found.bytes, found.lock],
      ['file', 0o640, 'text', 25, { path: at('k.lock'), pid: 4711, program: 'some program' }],
    );
    await chmod(folder, 0o777);
    const shared = await inspectFile(at('k'));
    assert.deepEqual([shared.kind, shared.folderFailure?.code], ['file', 'unsafe-folder']);
    assert.match(shared.folderFailure?.message ?? '', /got mode 0777$/u);
    await chmod(folder, 0o700);
    assert.equal((await inspectFile(at('k'))).folderFailure, undefined);
    await writeFile(at('other'), 'x');
    assert.equal((await inspectFile(at('other'))).format, undefined);
    await symlink(at('k'), at('link'));
    await mkdir(at('folder'));
    for (const [name, kind] of [
      ['link', 'link'],
      ['folder', 'folder'],
      ['none', 'missing'],
      ['k/below', 'missing'],
    ] as const) {
      assert.equal((await inspectFile(at(name))).kind, kind);
    }
    assert.equal((await inspectFile('/dev/null')).kind, 'other');
    assert.equal((await inspectFile(at('x'.repeat(300)))).kind, 'unreadable');
    await writeFile(at('k.lock'), 'whose?\n');
    assert.deepEqual((await inspectFile(at('k'))).lock, { path: at('k.lock') });
  } finally {
    await rm(folder, { recursive: true });
  }
});

// @rule cli/doctor-dead-holder
test('inspectFile: a lock whose holder was killed is not called held', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kw-file-'));
  const file = path.join(folder, 'k');
  try {
    await writeFile(file, 'x');
    const own = await CrossProcessLock.acquire(`${file}.lock`);
    const held = await inspectFile(file);
    assert.deepEqual([held.lock?.pid, held.lock?.hasEnded], [process.pid, undefined]);
    const text = await readFile(`${file}.lock`, 'utf8');
    await own.release();
    const { pid } = spawnSync('true');
    await writeFile(`${file}.lock`, text.replace(/^\d+/u, String(pid)));
    const left = await inspectFile(file);
    assert.deepEqual([left.lock?.pid, left.lock?.hasEnded], [pid, true]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

// @rule cli/doctor-waits-for-no-file
test('inspectFile: a lock that is a pipe or has no end holds nobody up', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kw-file-'));
  try {
    for (const name of ['pipe', 'endless']) {
      const file = path.join(folder, name);
      await writeFile(file, 'x');
      if (name === 'pipe') execFileSync('mkfifo', [`${file}.lock`]);
      else await symlink('/dev/zero', `${file}.lock`);
      const { kind, lock } = await inspectFile(file);
      assert.deepEqual([kind, lock], ['file', undefined]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

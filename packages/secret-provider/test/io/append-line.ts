import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { appendLine, checked } from '../../src/io/append-line.ts';

/** Appends a line that says how long the one before it was. */
function append(path: string, text: string): Promise<void> {
  return appendLine(path, (last) => `${last?.length ?? 'none'} ${text}`);
}

test('each line is made from the one before, in a file for its owner alone', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'lines');
    await append(path, 'one');
    // Longer than one step of the reading.
    await append(path, 'x'.repeat(40_000));
    await append(path, 'three');
    assert.equal(await readFile(path, 'utf8'), `none one\n8 ${'x'.repeat(40_000)}\n40002 three\n`);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  }));

test('a line ends where steps of the reading meet, and at any byte beside', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'lines');
    for (const around of [-2, -1, 0, 1, 2]) {
      const line = 'x'.repeat(2 * 16_384 + around);
      await writeFile(path, `first\n${line}\n`);
      await append(path, 'last');
      assert.equal(await readFile(path, 'utf8'), `first\n${line}\n${line.length} last\n`);
    }
  }));

test('what an interrupted writer left is the line before, and stays one', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'lines');
    await append(path, 'one');
    await appendFile(path, 'unfinis');
    await append(path, 'two');
    assert.equal(await readFile(path, 'utf8'), 'none one\nunfinis\n7 two\n');
  }));

// @rule provider/audit-whole-lines
test('of a line for which the disk has no room nothing stays, and the next one follows', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'lines');
    await append(path, 'one');
    for (const full of ['appendFile', 'datasync'] as const) {
      const openFile: typeof open = async (...place) => {
        const file = await open(...place);
        const { appendFile: write } = file;
        file[full] = async (data?: unknown) => {
          await Reflect.apply(write, file, [String(data ?? '').slice(0, 5)]);
          throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        };
        return file;
      };
      await assert.rejects(
        appendLine(path, () => 'x'.repeat(100), openFile),
        { code: 'ENOSPC' },
      );
      assert.equal(await readFile(path, 'utf8'), 'none one\n');
    }
    await append(path, 'two');
    assert.equal(await readFile(path, 'utf8'), 'none one\n8 two\n');
  }));

test('an empty line is not an empty file', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'lines');
    await writeFile(path, '\n');
    await append(path, 'one');
    assert.equal(await readFile(path, 'utf8'), '\n0 one\n');
  }));

test('a link is not followed, and a folder that is not there is an error', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'target'), '');
    await symlink(join(folder, 'target'), join(folder, 'lines'));
    await assert.rejects(append(join(folder, 'lines'), 'one'));
    assert.equal(await readFile(join(folder, 'target'), 'utf8'), '');
    await assert.rejects(append(join(folder, 'none', 'lines'), 'one'));
  }));

// @rule provider/audit-file-is-ours
test('a file that others can write, or that is another one, gets no line', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'lines');
    await append(path, 'one');
    await chmod(path, 0o660);
    await assert.rejects(append(path, 'two'), /only its owner/u);
    await chmod(path, 0o644);
    await append(path, 'two');
    const status = await stat(path);
    assert.equal(checked(status, status.uid), status);
    assert.throws(() => checked(status, status.uid + 1), /this user/u);
    // Whose rights this process has, not who started it: only root can be told apart here.
    if (process.getuid?.() === 0) {
      process.seteuid?.(12_345);
      try {
        assert.throws(() => checked(status), /this user/u);
      } finally {
        process.seteuid?.(0);
      }
    }
    assert.equal(await readFile(path, 'utf8'), 'none one\n8 two\n');
  }));

test('a pipe in the place of the file is refused, and not waited for', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    await assert.rejects(append(path, 'one'));
  }));

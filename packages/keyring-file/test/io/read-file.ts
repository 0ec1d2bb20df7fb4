import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { KeyringFileError } from '../../src/errors.ts';
import { errnoOf, type ReadableHandle, readHandle, readWholeFile } from '../../src/io/read-file.ts';
import { rejectsCode } from '../support/codes.ts';
import { utf8 } from '../support/memory-io.ts';

test('a file is read whole, also an empty one and one behind a link', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'f');
    for (const content of ['', 'x', 'long '.repeat(50_000)]) {
      writeFileSync(path, content);
      assert.deepEqual(await readWholeFile(path), utf8(content));
    }
    symlinkSync(path, join(folder, 'link'));
    assert.equal((await readWholeFile(join(folder, 'link')))?.length, 250_000);
    assert.equal(await readWholeFile(join(folder, 'none')), undefined);
  });
});

test('a file that shrinks while it is read gives what there is', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'f');
    writeFileSync(path, '1234567890');
    const file = await open(path);
    try {
      const shrinking: ReadableHandle = {
        stat: async () => {
          const status = await file.stat();
          truncateSync(path, 4);
          return status;
        },
        read: async (buffer, offset, length, position) =>
          await file.read(buffer, offset, length, position),
      };
      assert.deepEqual(await readHandle(shrinking, 100), utf8('1234'));
    } finally {
      await file.close();
    }
  });
});

// @rule file/size-limit
test('a file above the limit is refused without being read', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'f');
    writeFileSync(path, '12345');
    assert.equal((await readWholeFile(path, 5))?.length, 5);
    await rejectsCode('too-large', readWholeFile(path, 4));
  });
});

// @rule file/regular-file
test('a folder, a pipe without a writer and a device are refused at once', async () => {
  await inFolder(async (folder) => {
    await rejectsCode('not-a-keyring-file', readWholeFile(folder));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await rejectsCode('not-a-keyring-file', readWholeFile(join(folder, 'pipe')));
    await rejectsCode('not-a-keyring-file', readWholeFile('/dev/zero'));
  });
});

test('what the operating system refuses is a typed error with its cause', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'f');
    writeFileSync(path, 'x');
    await assert.rejects(readWholeFile(join(path, 'below')), (error) => {
      assert.ok(error instanceof KeyringFileError && error.code === 'read-failed');
      assert.match(error.message, /ENOTDIR/u);
      assert.ok(error.cause instanceof Error);
      return true;
    });
    chmodSync(path, 0);
    // Root reads what nobody else may.
    if (process.getuid?.() !== 0) await rejectsCode('read-failed', readWholeFile(path));
  });
});

test('a code is found in errors of the system alone', () => {
  assert.equal(errnoOf(Object.assign(new Error('x'), { code: 'EACCES' })), 'EACCES');
  assert.equal(errnoOf(Object.assign(new Error('x'), { code: 5 })), 'unknown');
  assert.equal(errnoOf(new Error('x')), 'unknown');
  assert.equal(errnoOf('EACCES'), 'unknown');
});

/** A disk that takes no more and a folder that may not be written: typed errors, old content whole. */
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { currentRuntime, run } from '../../../test-fixtures/src/index.ts';
import { createKeyringFile, openKeyringFile } from '../src/index.ts';
import { text } from '../test/support/memory-io.ts';

const { command, sourceArgs } = currentRuntime();
const script = fileURLToPath(new URL('./support/store-large.ts', import.meta.url));

test('a full disk: the write is refused and the file is as it was', async () => {
  await inFolder(async (folder) => {
    const path = await keyringIn(folder);
    const before = readFileSync(path);
    // The largest file a process may write stands for the space that is left.
    const limited = 'ulimit -f 1024; exec "$@"';
    const { stdout, stderr } = await run('/bin/sh', [
      '-c',
      limited,
      'sh',
      command,
      ...sourceArgs,
      script,
      path,
    ]);
    assert.equal(text(stdout), 'write-failed no-space\n', stderr);
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(readdirSync(folder), ['my.keyring']);
    assert.equal((await (await openKeyringFile(path, { password: 'pw' })).items()).length, 1);
  });
});

test('a read-only folder: the file can be read, and is not changed', async () => {
  await inFolder(async (folder) => {
    const path = await keyringIn(folder);
    const before = readFileSync(path);
    chmodSync(folder, 0o555);
    try {
      // Root may write anywhere by capabilities; without them it is an owner like any other.
      const isRoot = process.getuid?.() === 0;
      const { stdout, stderr } = isRoot
        ? await run('/usr/bin/setpriv', [
            '--bounding-set=-all',
            command,
            ...sourceArgs,
            script,
            path,
          ])
        : await run(command, [...sourceArgs, script, path]);
      assert.equal(text(stdout), 'lock-failed io-failed\n', stderr);
    } finally {
      chmodSync(folder, 0o700);
    }
    assert.deepEqual(readFileSync(path), before);
  });
});

test('a file that is swapped for another while it is open is not overwritten', async () => {
  await inFolder(async (folder) => {
    const path = await keyringIn(folder);
    const file = await openKeyringFile(path, { password: 'pw' });
    writeFileSync(path, 'something else entirely');
    await assert.rejects(file.put({ secret: 'x' }), { code: 'not-a-keyring-file' });
    assert.equal(readFileSync(path, 'utf8'), 'something else entirely');
  });
});

async function keyringIn(folder: string): Promise<string> {
  const path = join(folder, 'my.keyring');
  const file = await createKeyringFile(path, { password: 'pw', format: 'v1' });
  await file.put({ label: 'L', secret: 's' });
  return path;
}

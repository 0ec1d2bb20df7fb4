import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isOnLocalFileSystem } from '../../src/io/file-system.ts';

if (existsSync('/dev/shm') && existsSync('/proc/self')) {
  test('tmpfs is local, what is not listed is not', async () => {
    assert.equal(await isOnLocalFileSystem('/dev/shm'), true);
    assert.equal(await isOnLocalFileSystem('/proc/self/stat'), false);
  });
} else {
  test.skip('tmpfs is local, what is not listed is not', 'no /dev/shm or no /proc here');
}

test('what cannot be asked counts as shared', async () => {
  assert.equal(await isOnLocalFileSystem('/nonexistent/file'), false);
});

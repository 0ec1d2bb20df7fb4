import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { requireOwnFolder } from '../../src/io/own-folder.ts';
import { failsWith } from '../support/failing.ts';

// @rule keyring/unsafe-folder-refused
test('the folder of a file is this user’s alone, or missing', async () => {
  await inFolder(async (folder) => {
    await requireOwnFolder(path.join(folder, 'file'));
    await requireOwnFolder(path.join(folder, 'missing/file'));
    await chmod(folder, 0o777);
    const error = await failsWith('unsafe-folder', requireOwnFolder(path.join(folder, 'file')));
    assert.ok(error.message.includes(folder));
    assert.match(error.advice, /chmod go-w/u);
    assert.equal(error.outcome, 'failed');
    const long = path.join(folder, 'a'.repeat(300), 'file');
    const unread = await failsWith('read-failed', requireOwnFolder(long));
    assert.match(unread.message, /ENAMETOOLONG$/u);
  });
});

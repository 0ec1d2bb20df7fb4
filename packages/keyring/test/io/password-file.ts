import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { passwordFile } from '../../src/io/password-file.ts';

test('it is read when it is needed, each time anew, without one final newline', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'password');
    const source = passwordFile(file);
    assert.ok(typeof source === 'function');
    await assert.rejects(async () => source({ isNew: false }));
    for (const [content, password] of [
      ['one\n', 'one'],
      ['two\n\n', 'two\n'],
    ] as const) {
      await writeFile(file, content);
      assert.equal(new TextDecoder().decode(Buffer.from(await source({ isNew: false }))), password);
    }
  });
});

test('a relative path stays that of the folder in which it was named', async () => {
  await inFolder(async (folder) => {
    const before = process.cwd();
    await writeFile(path.join(folder, 'password'), 'secret');
    const source = passwordFile(path.relative(before, path.join(folder, 'password')));
    assert.ok(typeof source === 'function');
    process.chdir(folder);
    try {
      const read = Buffer.from(await source({ isNew: false }));
      assert.equal(new TextDecoder().decode(read), 'secret');
    } finally {
      process.chdir(before);
    }
  });
});

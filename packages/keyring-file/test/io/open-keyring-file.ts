import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  createKeyringFile,
  openKeyringFile,
  openOrCreateKeyringFile,
} from '../../src/io/open-keyring-file.ts';
import { rejectsCode } from '../support/codes.ts';
import { text } from '../support/memory-io.ts';

const CHEAP = { kdf: 'scrypt', logN: 14, r: 8, p: 1 } as const;

for (const format of ['hardened', 'v1'] as const) {
  test(`${format}: a keyring file on disk, from its making to its rekey`, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'new', 'my.keyring');
      const made = await createKeyringFile(path, { password: 'pw', format, cost: CHEAP });
      await made.put({ label: 'L', attributes: { a: '1' }, secret: 'hunter2' });
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal(readFileSync(path).includes('hunter2'), false);
      await rejectsCode('file-exists', createKeyringFile(path, { password: 'pw', cost: CHEAP }));
      await rejectsCode('wrong-password', openKeyringFile(path, { password: 'wrong' }));
      const opened = await openKeyringFile(path, { password: 'pw' });
      assert.equal(opened.format, format);
      await opened.rekey({ password: 'new' });
      const [item] = await (await openKeyringFile(path, { password: 'new' })).items();
      assert.equal(text(item?.readSecret() ?? new Uint8Array()), 'hunter2');
    });
  });
}

test('open or create makes the file once', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'deep', 'my.keyring');
    const options = { password: 'pw', cost: CHEAP } as const;
    const [first, second] = await Promise.all([
      openOrCreateKeyringFile(path, options),
      openOrCreateKeyringFile(path, options),
    ]);
    await first.put({ label: 'L', secret: 's' });
    assert.equal((await second.items()).length, 1);
  });
});

test('there must be a file, and a password for it', async () => {
  await rejectsCode('file-not-found', openKeyringFile('/nowhere/keyring', { password: 'pw' }));
  await inFolder(async (folder) => {
    const path = join(folder, 'k.json');
    writeFileSync(path, '{"collections":[]}');
    const json = await openKeyringFile(path);
    assert.equal(json.format, 'json');
    await rejectsCode('no-password-source', createKeyringFile(join(folder, 'n'), {}));
  });
});

// @rule file/option-names
test('an option that there is not is refused: nothing is weakened by a slip', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'my.keyring');
    const wrong = { password: 'pw', cost: CHEAP, contxt: 'app' };
    for (const [open, options] of [
      [createKeyringFile, wrong],
      [openOrCreateKeyringFile, wrong],
      [openKeyringFile, { password: 'pw', minimumRevison: 5 }],
    ] as const) {
      await assert.rejects(Reflect.apply(open, undefined, [path, options]), {
        name: 'TypeError',
        message: /^options: expected password, .* got "/u,
      });
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});

// @rule file/option-names
test('nothing is put, or sealed anew, with an option that there is not', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'my.keyring');
    const file = await createKeyringFile(path, { password: 'pw', cost: CHEAP });
    const before = readFileSync(path);
    const item = { label: 'L', attributes: {}, secret: 's' };
    for (const call of [
      Reflect.apply(file.put, file, [item, { replaces: false }]),
      Reflect.apply(file.putAll, file, [[item], { replaces: false }]),
      Reflect.apply(file.rekey, file, [{ password: 'pw', costs: CHEAP }]),
    ]) {
      await assert.rejects(call, {
        name: 'TypeError',
        message: /^options: expected .+, got "\w+"$/u,
      });
    }
    assert.deepEqual(readFileSync(path), before);
  });
});

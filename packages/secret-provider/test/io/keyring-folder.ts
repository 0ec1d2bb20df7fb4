import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyringFile } from '@keywire/keyring-file';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  deleteKeyringFile,
  hasKeyringFiles,
  inspectKeyringFile,
  isFolder,
  keyringName,
  keyringPath,
  listKeyringFiles,
  prepareFolder,
  prepareFolderOf,
  readAliases,
  writeAlias,
} from '../../src/io/keyring-folder.ts';
import { CHEAP } from '../support/folder.ts';

test('a folder is made for its owner alone, and lists its keyrings by name', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'new', 'keyrings');
    await prepareFolder(path);
    assert.deepEqual(await listKeyringFiles(path), []);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    for (const name of ['b.keyring', 'a.keyring', '.hidden.keyring', 'notes.txt']) {
      await writeFile(join(path, name), '');
    }
    assert.deepEqual(await listKeyringFiles(path), ['a', 'b']);
    assert.equal(await hasKeyringFiles(path), true);
    assert.equal(await hasKeyringFiles(join(path, 'a.keyring')), true);
    assert.equal(await hasKeyringFiles(folder), false);
    assert.equal(await hasKeyringFiles(join(path, 'c.keyring')), false);
    assert.deepEqual([await isFolder(path), await isFolder(join(path, 'x'))], [true, false]);
    assert.equal(keyringPath(`${path}//`, 'a'), join(path, 'a.keyring'));
    assert.deepEqual(['/x/a.keyring', 'b'].map(keyringName), ['a', 'b']);
  }));

// @rule provider/unsafe-folder-refused
test('a folder that others may write, or that cannot be made, is refused and named', () =>
  inFolder(async (folder) => {
    await chmod(folder, 0o777);
    for (const refused of [prepareFolder, listKeyringFiles]) {
      await assert.rejects(refused(folder), {
        name: 'SecretProviderError',
        code: 'unsafe-folder',
        message: /^store: folder .*, got mode 0777; .*chmod go-w/u,
      });
    }
    // What is made in there is its owner's alone.
    await prepareFolderOf(join(folder, 'own', 'a.keyring'));
    assert.deepEqual(await listKeyringFiles(join(folder, 'own')), []);
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(prepareFolder(join(folder, 'file', 'a')), {
      code: 'unusable-folder',
      message: /expected to be made, got ENOTDIR$/u,
    });
  }));

// @rule provider/folder-made-once
test('to list what is in a folder makes none', () =>
  inFolder(async (folder) => {
    await assert.rejects(listKeyringFiles(join(folder, 'gone')), {
      name: 'SecretProviderError',
      code: 'unusable-folder',
      message: /^store: folder .*gone: expected to be there still, got none$/u,
    });
    assert.deepEqual(await readdir(folder), []);
  }));

// @rule provider/foreign-files-bounded
test('a file tells its form without a password', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.keyring');
    assert.equal(await inspectKeyringFile(path), undefined);
    await createKeyringFile(path, { password: 'pw', cost: CHEAP });
    const status = await inspectKeyringFile(path);
    assert.equal(status?.format, 'hardened');
    assert.equal(status?.modified, Math.floor((await stat(path)).mtimeMs / 1000));
    await writeFile(path, 'GIF89a');
    await assert.rejects(inspectKeyringFile(path), { code: 'not-a-keyring-file' });
    await assert.rejects(inspectKeyringFile(folder), { code: 'not-a-keyring-file' });
    const pipe = join(folder, 'pipe.keyring');
    execFileSync('mkfifo', [pipe]);
    await assert.rejects(inspectKeyringFile(pipe), /"pipe\.keyring" to be a keyring file/u);
    await unlink(pipe);
    await deleteKeyringFile(path);
    await deleteKeyringFile(path);
    assert.deepEqual(await readdir(folder), []);
  }));

// @rule provider/aliases-stay-readable
test('an alias is taken out again, and none is written that could not be read', () =>
  inFolder(async (folder) => {
    await writeAlias(folder, 'default', 'a');
    await writeAlias(folder, 'work', 'a');
    await writeAlias(folder, 'work', undefined);
    await assert.rejects(writeAlias(folder, 'x'.repeat(2 ** 20), 'a'), {
      code: 'too-large',
      message: /^aliases\.json: expected at most 1048576 bytes/u,
    });
    assert.deepEqual([...(await readAliases(folder))], [['default', 'a']]);
    const most = 2 ** 20 - '{\n  "default": "a",\n  "": "a"\n}\n'.length;
    await writeAlias(folder, 'x'.repeat(most), 'a');
    assert.equal((await readAliases(folder)).size, 2);
  }));

test('aliases are kept, each change beside the others, and never forgotten over damage', () =>
  inFolder(async (folder) => {
    assert.equal((await readAliases(folder)).size, 0);
    await Promise.all([writeAlias(folder, 'default', 'a'), writeAlias(folder, 'work', null)]);
    assert.deepEqual([...(await readAliases(folder))].sort(), [
      ['default', 'a'],
      ['work', null],
    ]);
    const path = join(folder, 'aliases.json');
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    for (const damage of ['{', '[1]', '"x"', '{"default": 1}']) {
      await writeFile(path, damage);
      await assert.rejects(readAliases(folder), { code: 'malformed' });
      await assert.rejects(writeAlias(folder, 'x', 'y'), { code: 'malformed' });
    }
    await unlink(path);
    execFileSync('mkfifo', [path]);
    await assert.rejects(readAliases(folder), { code: 'malformed' });
    await unlink(path);
    await writeFile(path, JSON.stringify({ default: 'x'.repeat(2 ** 20) }));
    await assert.rejects(readAliases(folder), { code: 'malformed' });
    // Of this one the beginning alone would be none.
    await writeFile(path, `{}${' '.repeat(2 ** 20)}`);
    await assert.rejects(readAliases(folder), { code: 'malformed' });
    await mkdir(join(folder, 'file'));
    await writeFile(join(folder, 'file', 'aliases.json'), '{}');
    assert.equal((await readAliases(join(folder, 'file'))).size, 0);
  }));

test('what cannot be looked at is an error, and no empty place', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const below = join(file, 'login.keyring');
    for (const look of [
      () => isFolder(below),
      () => hasKeyringFiles(below),
      () => inspectKeyringFile(below),
      () => readAliases(file),
    ]) {
      await assert.rejects(look(), { code: 'ENOTDIR' }, String(look));
    }
  }));

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { asOtherUser, noEffectiveUser } from '../../../../test-fixtures/src/effective-user.ts';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { assertOwnFolder, makeFolder } from '../../src/io/folder.ts';

const userId = process.getuid?.() ?? -1;

test('missing folders are made one by one, for their owner alone; what is there stays', async () => {
  await inFolder(async (folder) => {
    await chmod(folder, 0o750);
    await makeFolder(path.join(folder, 'a/b/c'));
    await makeFolder(path.join(folder, 'a/b/c'));
    for (const made of ['a', 'a/b', 'a/b/c']) assert.equal(await modeOf(folder, made), 0o700);
    assert.equal(await modeOf(folder, '.'), 0o750);
    await makeFolder(path.join(folder, 'd'), { mode: 0o750 });
    assert.equal(await modeOf(folder, 'd'), 0o750);
  });
});

// @rule file/owner-can-use
test('a umask takes away what it takes from others, and nothing from the owner', async () => {
  await inFolder(async (folder) => {
    const before = process.umask(0o777);
    try {
      await makeFolder(path.join(folder, 'a/b'));
    } finally {
      process.umask(before);
    }
    for (const made of ['a', 'a/b']) assert.equal(await modeOf(folder, made), 0o700);
  });
});

test('several that make the same folders at once do', async () => {
  await inFolder(async (folder) => {
    const target = path.join(folder, 'a/b/c/d');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(target)));
    assert.ok((await stat(target)).isDirectory());
  });
});

test('a link to a folder is one; a file, and a link to nothing, are in the way', async () => {
  await inFolder(async (folder) => {
    await mkdir(path.join(folder, 'real'));
    await symlink('real', path.join(folder, 'link'));
    await makeFolder(path.join(folder, 'link/a'));
    assert.equal(await modeOf(folder, 'real/a'), 0o700);
    await writeFile(path.join(folder, 'file'), '');
    await symlink('nowhere', path.join(folder, 'dangling'));
    for (const [name, code] of [
      ['file', 'EEXIST'],
      ['file/a', 'ENOTDIR'],
      ['file/a/b', 'ENOTDIR'],
      ['dangling', 'EEXIST'],
      ['dangling/a', 'EEXIST'],
    ] as const) {
      await assert.rejects(makeFolder(path.join(folder, name)), {
        name: 'FolderError',
        code: 'write-failed',
        path: path.join(folder, name),
        message: new RegExp(`expected to be made, got ${code}$`, 'u'),
      });
    }
  });
});

const endless = 'below a folder that can hold none it ends with an error';
if (existsSync('/proc/self')) {
  // Where Node's own recursive mkdir never ends.
  // @rule file/made-or-refused
  test(endless, async () => {
    await assert.rejects(makeFolder('/proc/keywire/a/b'), {
      name: 'FolderError',
      message: /^folder \/proc\/keywire\/a\/b: expected to be made, got E[A-Z]+$/u,
    });
  });
} else {
  test.skip(endless, 'no /proc here');
}

// @rule file/shared-folder-refused
test('a folder that others can write to is refused, unless only owners move files in it', async () => {
  await inFolder(async (folder) => {
    for (const mode of [0o700, 0o755, 0o1777, 0o1770]) {
      await chmod(folder, mode);
      await assertOwnFolder(folder);
    }
    for (const [mode, shown] of [
      [0o777, '0777'],
      [0o702, '0702'],
      [0o2777, '2777'],
    ] as const) {
      await chmod(folder, mode);
      await assert.rejects(assertOwnFolder(folder), {
        name: 'FolderError',
        code: 'unsafe-folder',
        message: `folder ${folder}: expected one that only this user can write to, got mode ${shown}`,
      });
    }
  });
});

// @rule file/foreign-folder-refused
test('another user’s folder is refused, root’s is not', async () => {
  await inFolder(async (folder) => {
    const owner = userId === 0 ? 12_345 : userId;
    if (userId === 0) await chown(folder, owner, owner);
    await assert.rejects(assertOwnFolder(folder, owner + 1), {
      code: 'unsafe-folder',
      message: new RegExp(`got one of uid ${owner}$`, 'u'),
    });
  });
  await assertOwnFolder('/usr', userId + 1);
});

const groups = 'the group may write when it has the user’s own number';
if (userId === 0) {
  test(groups, async () => {
    await inFolder(async (folder) => {
      await chmod(folder, 0o770);
      await chown(folder, 12_345, 12_345);
      await assertOwnFolder(folder, 12_345);
      await chown(folder, 12_345, 100);
      await assert.rejects(assertOwnFolder(folder, 12_345), { code: 'unsafe-folder' });
    });
  });
} else {
  test.skip(groups, 'only root can give a folder to a group');
}

test('what is not there yet passes; so does all where users have no numbers', async () => {
  await inFolder(async (folder) => {
    await assertOwnFolder(path.join(folder, 'missing/a'));
    await writeFile(path.join(folder, 'file'), '');
    await assertOwnFolder(path.join(folder, 'file/a'));
  });
  await assertOwnFolder('/nonexistent', undefined);
});

test('what cannot be looked at is no pass', async () => {
  await assert.rejects(assertOwnFolder(`/tmp/${'a'.repeat(300)}`), {
    code: 'read-failed',
    message: /expected to be readable, got ENAMETOOLONG$/u,
  });
});

async function modeOf(folder: string, name: string): Promise<number> {
  return (await stat(path.join(folder, name))).mode & 0o7777;
}

const effective = 'a folder is of the user that is acted for';
const unswitched = noEffectiveUser();
if (unswitched === undefined) {
  test(effective, async () => {
    await inFolder(async (folder) => {
      await asOtherUser(folder, () => assertOwnFolder(folder));
      await assert.rejects(assertOwnFolder(folder), { code: 'unsafe-folder' });
    });
  });
} else {
  test.skip(effective, unswitched);
}

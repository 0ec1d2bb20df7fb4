import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { asOtherUser, noEffectiveUser } from '../../../../test-fixtures/src/effective-user.ts';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openFilesBelow } from '../../../../test-fixtures/src/open-files.ts';
import { createLockFiles } from '../../src/io/lock-files.ts';
import { processIdentity } from '../../src/io/process-identity.ts';
import { formatOwner } from '../../src/owner-record.ts';

const files = createLockFiles();
const nonce = '0123456789abcdef0123456789abcdef';

test('a file is written once, for its owner alone, and read whole', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    assert.equal(await files.read(file), undefined);
    await files.write(file, 'text');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await assert.rejects(files.write(file, 'other'), { code: 'EEXIST' });
    const seen = await files.read(file);
    const { ino, mtimeNs } = await stat(file, { bigint: true });
    assert.equal(seen?.text, 'text');
    assert.equal(seen?.fileId, `${ino}-${mtimeNs}`);
    assert.equal(seen?.modifiedMs, Number(mtimeNs / 1_000_000n));
    await files.remove(file);
    await files.remove(file);
    assert.deepEqual(await readdir(folder), []);
  });
});

// @rule lock/owner-can-read
test('its owner can read a lock, whatever the umask', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    const before = process.umask(0o777);
    try {
      await files.write(file, 'text');
    } finally {
      process.umask(before);
    }
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });
});

test('no descriptor stays open', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await files.write(file, 'text');
    await files.read(file);
    await assert.rejects(createLockFiles({ currentUser: () => -1 }).read(file));
    assert.deepEqual(openFilesBelow(folder), []);
  });
});

test('a write that fails leaves nothing', async () => {
  await inFolder(async (folder) => {
    // @ts-expect-error not a text, so that the write fails after the file has been made
    await assert.rejects(files.write(path.join(folder, 'a'), {}));
    assert.deepEqual(await readdir(folder), []);
  });
});

test('a link says whether it was made', async () => {
  await inFolder(async (folder) => {
    const [from, to] = [path.join(folder, 'a'), path.join(folder, 'b')];
    assert.equal(await files.link(from, to), false, 'nothing to link');
    await files.write(from, 'text');
    assert.equal(await files.link(from, to), true);
    assert.equal(await files.link(from, to), false, 'taken');
    assert.equal(await readFile(to, 'utf8'), 'text');
    assert.equal(await files.link(from, path.join(folder, 'none', 'b')), false, 'no folder');
    await assert.rejects(files.link(from, path.join(from, 'b')), { code: 'ENOTDIR' });
    const broken = createLockFiles({ createLink: () => Promise.reject(new Error('broken')) });
    await assert.rejects(broken.link(from, path.join(folder, 'c')), /broken/u);
  });
});

test('without hard links a file is made exclusively all the same', async () => {
  for (const code of ['EPERM', 'ENOTSUP']) {
    const linkless = createLockFiles({
      createLink: () => Promise.reject(Object.assign(new Error(code), { code })),
    });
    await inFolder(async (folder) => {
      const [from, to] = [path.join(folder, 'a'), path.join(folder, 'b')];
      assert.equal(await linkless.link(from, to), false);
      await linkless.write(from, 'text');
      assert.equal(await linkless.link(from, to), true);
      assert.equal(await linkless.link(from, to), false);
      assert.equal(await readFile(to, 'utf8'), 'text');
      assert.equal((await stat(to)).mode & 0o777, 0o600);
    });
  }
});

test('the files beside a lock are listed', async () => {
  await inFolder(async (folder) => {
    for (const name of ['l', 'l.a', 'l.b.new', 'll', 'k.l.a']) {
      await writeFile(path.join(folder, name), '');
    }
    const listed = await files.listBeside(path.join(folder, 'l'));
    assert.deepEqual([...listed].sort(), [path.join(folder, 'l.a'), path.join(folder, 'l.b.new')]);
  });
});

test('real owners are judged', async () => {
  const own = await processIdentity();
  const seen = (text: string) => ({ text, fileId: '1-1', modifiedMs: 0 });
  const mine = formatOwner({ ...own, nonce });
  assert.equal(await files.judge('/tmp', seen(mine)), 'alive');
  const { pid } = spawnSync('true');
  assert.equal(await files.judge('/tmp', seen(formatOwner({ ...own, pid, nonce }))), 'dead');
  assert.equal(await files.judge('/tmp', seen('123 az')), 'unknown');
});

// @rule lock/symbolic-link-refused
test('symbolic links are refused, dangling or not', async () => {
  await inFolder(async (folder) => {
    await files.write(path.join(folder, 'a'), 'text');
    for (const target of ['a', 'none', 'link']) {
      await rm(path.join(folder, 'link'), { force: true });
      await symlink(target, path.join(folder, 'link'));
      await assert.rejects(files.read(path.join(folder, 'link')), {
        name: 'LockError',
        code: 'symbolic-link',
        message: `lock ${folder}/link: expected a regular file, got a symbolic link`,
      });
    }
  });
});

// @rule lock/regular-file-only
test('folders, pipes and sockets are refused, and never waited for', async () => {
  await inFolder(async (folder) => {
    await mkdir(path.join(folder, 'folder'));
    assert.equal(spawnSync('mkfifo', [path.join(folder, 'pipe')]).status, 0);
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'socket'), resolve));
    for (const name of ['folder', 'pipe', 'socket']) {
      await assert.rejects(files.read(path.join(folder, name)), { code: 'not-a-file' }, name);
    }
    await new Promise((resolve) => server.close(resolve));
  });
});

// @rule lock/foreign-owner-refused
test("another user's file is refused, readable or not", async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await files.write(file, 'text');
    const uid = process.getuid?.() ?? 0;
    const others = createLockFiles({ currentUser: () => uid + 1 });
    await assert.rejects(others.read(file), {
      code: 'foreign-owner',
      message: `lock ${file}: expected a file of this user, got one of uid ${uid}`,
    });
  });
});

// @rule lock/foreign-owner-refused
test('an unreadable file is reported, and refused when it is not ours', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await files.write(file, 'text');
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const openFile = (): Promise<never> => Promise.reject(denied);
    const uid = process.getuid?.() ?? 0;
    await assert.rejects(createLockFiles({ openFile }).read(file), denied);
    await assert.rejects(
      createLockFiles({ openFile, currentUser: () => undefined }).read(file),
      denied,
    );
    await assert.rejects(createLockFiles({ openFile, currentUser: () => uid + 1 }).read(file), {
      code: 'foreign-owner',
    });
    await assert.rejects(createLockFiles({ openFile }).read(path.join(folder, 'none')), denied);
  });
});

test('a file that its server has removed is not there', async () => {
  const openFile = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('stale'), { code: 'ESTALE' }));
  assert.equal(await createLockFiles({ openFile }).read('/l'), undefined);
});

test('other failures are reported as they are', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await files.write(file, 'text');
    await assert.rejects(files.read(path.join(file, 'below')), { code: 'ENOTDIR' });
    await assert.rejects(files.remove(path.join(file, 'below')), { code: 'ENOTDIR' });
  });
});

test('a system without user ids trusts the folder', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await files.write(file, 'text');
    const anyone = createLockFiles({ currentUser: () => undefined });
    assert.equal((await anyone.read(file))?.text, 'text');
  });
});

const effective = 'a lock is of the user that is acted for';
const unswitched = noEffectiveUser();
if (unswitched === undefined) {
  test(effective, async () => {
    await inFolder(async (folder) => {
      const file = path.join(folder, 'a');
      const seen = await asOtherUser(folder, async () => {
        await files.write(file, 'text');
        return files.read(file);
      });
      assert.equal(seen?.text, 'text');
      await assert.rejects(files.read(file), { code: 'foreign-owner' });
    });
  });
} else {
  test.skip(effective, unswitched);
}

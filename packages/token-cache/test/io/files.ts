/** Files of this user: modes, links, other kinds, times. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { asOtherUser, noEffectiveUser } from '../../../../test-fixtures/src/effective-user.ts';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openFilesBelow } from '../../../../test-fixtures/src/open-files.ts';
import {
  createFolderOf,
  isOwnFileThere,
  isSameFile,
  MAX_FILE_BYTES,
  readFileChange,
  readOwnFile,
  removeOwnFile,
  renameOwnFile,
  resolveLocation,
  touchingOwnFile,
  touchOwnFile,
  writeOwnFile,
} from '../../src/io/files.ts';

const CONTENT = new TextEncoder().encode('content');

test('a location is made absolute, and ~ is the home folder', () => {
  assert.equal(resolveLocation('~/a/b'), join(homedir(), 'a/b'));
  assert.equal(resolveLocation('~'), homedir());
  assert.equal(resolveLocation('a'), resolve('a'));
  assert.equal(resolveLocation('~user/a'), resolve('~user/a'));
  for (const wrong of ['', 'a\0b']) assert.throws(() => resolveLocation(wrong), TypeError);
});

test('what is written has mode 0600, its new folders 0700, and is read back', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'a', 'b', 'cache');
    assert.equal(await readOwnFile(file), undefined);
    await writeOwnFile(file, CONTENT);
    assert.deepEqual(await readOwnFile(file), CONTENT);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o700);
  });
});

// @rule token/tightened
test('a file that others can read is tightened by a write and by a touch', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'cache');
    for (const change of [touchOwnFile, (path: string) => writeOwnFile(path, CONTENT)]) {
      writeFileSync(file, 'old');
      chmodSync(file, 0o644);
      await change(file);
      assert.equal(statSync(file).mode & 0o777, 0o600);
    }
  });
});

// @rule token/tightened
test('what a touch makes its owner can read, whatever the umask', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'signal');
    const before = process.umask(0o777);
    try {
      await touchOwnFile(file);
    } finally {
      process.umask(before);
    }
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
});

test('touching makes an empty file, or keeps the content and gives it a later time', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'new', 'signal');
    await touchOwnFile(file);
    assert.equal(readFileSync(file, 'utf8'), '');
    writeFileSync(file, 'kept');
    // A clock that has gone back: the file was changed in its future.
    const future = new Date(Date.now() + 3_600_000);
    utimesSync(file, future, future);
    const before = statSync(file).mtimeMs;
    await touchOwnFile(file);
    assert.ok(statSync(file).mtimeMs > before);
    assert.equal(readFileSync(file, 'utf8'), 'kept');
  });
});

test('what changes elsewhere is told by the signal file before and after, if there is one', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'signal');
    assert.equal(await touchingOwnFile(file, async () => 'done'), 'done');
    assert.equal(existsSync(file), false);
    writeFileSync(file, 'content');
    utimesSync(file, 1, 1);
    const version = (await readFileChange(file))?.version;
    await touchingOwnFile(file, async () => {
      assert.notEqual((await readFileChange(file))?.version, version);
      utimesSync(file, 1, 1);
    });
    assert.ok(statSync(file).mtimeMs > 1000);
    assert.equal(readFileSync(file, 'utf8'), 'content');
  });
});

test('the version is known once the change is old enough, and differs after each', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'cache');
    assert.equal(await readFileChange(file), undefined);
    writeFileSync(file, 'one');
    const young = await readFileChange(file);
    assert.equal(young?.version, undefined);
    assert.ok(Math.abs((young?.modifiedMs ?? 0) - statSync(file).mtimeMs) < 1);
    const past = new Date(Date.now() - 10_000);
    utimesSync(file, past, past);
    const settled = await readFileChange(file);
    assert.equal(typeof settled?.version, 'string');
    assert.equal((await readFileChange(file))?.version, settled?.version);
    writeFileSync(file, 'two');
    const later = new Date(past.getTime() + 20);
    utimesSync(file, later, later);
    assert.notEqual((await readFileChange(file))?.version, settled?.version);
  });
});

// @rule token/symbolic-link-refused
test('links are refused whatever is done, and what they lead to stays', async () => {
  await inFolder(async (folder) => {
    const target = join(folder, 'target');
    const link = join(folder, 'link');
    writeFileSync(target, 'kept');
    symlinkSync(target, link);
    const refused = { code: 'symbolic-link', location: link };
    await assert.rejects(readOwnFile(link), refused);
    await assert.rejects(writeOwnFile(link, CONTENT), refused);
    await assert.rejects(touchOwnFile(link), refused);
    await assert.rejects(removeOwnFile(link), refused);
    await assert.rejects(readFileChange(link), refused);
    await assert.rejects(isOwnFileThere(link), refused);
    assert.equal(readFileSync(target, 'utf8'), 'kept');
  });
});

// @rule token/unsafe-folder-refused
test('nothing is changed in a folder that others may write', async () => {
  await inFolder(async (folder) => {
    chmodSync(folder, 0o777);
    const file = join(folder, 'cache');
    const refused = {
      name: 'PersistenceError',
      code: 'unsafe-folder',
      location: file,
      message: /got mode 0777$/u,
      advice: /chmod go-w/u,
    };
    await assert.rejects(writeOwnFile(file, CONTENT), refused);
    await assert.rejects(touchOwnFile(file), refused);
    await assert.rejects(createFolderOf(file), refused);
    assert.deepEqual(readdirSync(folder), []);
    // A folder that is made in there is its owner's alone.
    await writeOwnFile(join(folder, 'own', 'cache'), CONTENT);
  });
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) test.skip('a file of another user is refused', 'needs root, to make one');
// @rule token/foreign-owner-refused
else
  test('a file of another user is refused', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'cache');
      writeFileSync(file, 'theirs');
      chownSync(file, 12_345, 12_345);
      const refused = { code: 'foreign-owner', location: file };
      await assert.rejects(readOwnFile(file), refused);
      await assert.rejects(writeOwnFile(file, CONTENT), refused);
      await assert.rejects(touchOwnFile(file), refused);
      await assert.rejects(removeOwnFile(file), refused);
      assert.equal(readFileSync(file, 'utf8'), 'theirs');
    });
  });

// @rule token/regular-file-only
test('a folder is no file', async () => {
  await inFolder(async (folder) => {
    const place = join(folder, 'cache');
    mkdirSync(place);
    for (const action of [readOwnFile, touchOwnFile, removeOwnFile]) {
      await assert.rejects(action(place), { code: 'not-a-file' });
    }
    await assert.rejects(writeOwnFile(place, CONTENT), { code: 'not-a-file' });
  });
});

// @rule token/regular-file-only
test('a socket is no file', async () => {
  await inFolder(async (folder) => {
    const place = join(folder, 'socket');
    const server = createServer().listen(place);
    await once(server, 'listening');
    await assert.rejects(readOwnFile(place), { code: 'not-a-file' });
    await assert.rejects(touchOwnFile(place), { code: 'not-a-file' });
    server.close();
    await once(server, 'close');
  });
});

test('a file in place of a folder is told', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(writeOwnFile(join(folder, 'file', 'cache'), CONTENT), {
      code: 'write-failed',
    });
    await assert.rejects(readOwnFile(join(folder, 'file', 'cache')), { code: 'not-a-file' });
  });
});

test('removing tells whether there was something', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'cache');
    writeFileSync(file, '');
    assert.equal(await isOwnFileThere(file), true);
    assert.equal(await removeOwnFile(file), true);
    assert.equal(await removeOwnFile(file), false);
    assert.equal(await isOwnFileThere(file), false);
    assert.deepEqual(readdirSync(folder), []);
  });
});

test('a file is put in place of another one, and of nothing but a file', async () => {
  await inFolder(async (folder) => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    writeFileSync(from, 'new');
    writeFileSync(to, 'old');
    await renameOwnFile(from, to);
    assert.deepEqual(readdirSync(folder), ['to']);
    assert.equal(readFileSync(to, 'utf8'), 'new');
    await assert.rejects(renameOwnFile(from, to), {
      name: 'PersistenceError',
      code: 'write-failed',
      location: to,
      message: /got ENOENT$/u,
    });
    symlinkSync(to, join(folder, 'link'));
    await assert.rejects(renameOwnFile(to, join(folder, 'link')), { code: 'symbolic-link' });
    mkdirSync(join(folder, 'folder'));
    await assert.rejects(renameOwnFile(to, join(folder, 'folder')), { code: 'not-a-file' });
    assert.equal(readFileSync(to, 'utf8'), 'new');
  });
});

test('no descriptor stays open, whatever came of it', async () => {
  await inFolder(async (folder) => {
    const [file, place] = [join(folder, 'file'), join(folder, 'folder')];
    mkdirSync(place);
    const steps: readonly (() => Promise<unknown>)[] = [
      () => writeOwnFile(file, CONTENT),
      () => touchOwnFile(file),
      () => readOwnFile(file),
      () => readFileChange(file),
      () => isOwnFileThere(file),
      () => renameOwnFile(file, `${file}2`),
      () => removeOwnFile(`${file}2`),
      ...[readOwnFile, touchOwnFile, readFileChange, isOwnFileThere].map(
        (action) => () => assert.rejects(action(place), { code: 'not-a-file' }),
      ),
    ];
    for (const step of steps) {
      await step();
      assert.deepEqual(openFilesBelow(folder), [], String(step));
    }
  });
});

test('a file that opens and cannot be looked at is told with a code', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'cache');
    await writeOwnFile(file, CONTENT);
    const handle = await open(file);
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const { stat } = prototype;
    prototype.stat = async () => {
      throw Object.assign(new Error('gone'), { code: 'ESTALE' });
    };
    try {
      for (const looking of [readOwnFile, readFileChange, isOwnFileThere, removeOwnFile]) {
        await assert.rejects(looking(file), { name: 'PersistenceError', code: 'read-failed' });
      }
      await assert.rejects(touchOwnFile(file), { name: 'PersistenceError', code: 'write-failed' });
    } finally {
      prototype.stat = stat;
    }
    assert.deepEqual(openFilesBelow(folder), []);
  });
});

test('one file under two names is one, and what is missing is none', async () => {
  await inFolder(async (folder) => {
    const [file, other] = [join(folder, 'file'), join(folder, 'other')];
    assert.equal(await isSameFile(file, file), false);
    for (const path of [file, other]) writeFileSync(path, '');
    symlinkSync(folder, join(folder, 'link'));
    assert.equal(await isSameFile(file, join(folder, 'link', 'file')), true);
    assert.equal(await isSameFile(file, other), false);
  });
});

test('what is larger than the limit is refused before it is read, and before it is written', async () => {
  assert.equal(MAX_FILE_BYTES, 67_108_864);
  await inFolder(async (folder) => {
    const file = join(folder, 'cache');
    const large = new Uint8Array(MAX_FILE_BYTES + 1);
    await assert.rejects(writeOwnFile(file, large), { code: 'too-large', location: file });
    assert.deepEqual(readdirSync(folder), []);
    writeFileSync(file, '');
    truncateSync(file, MAX_FILE_BYTES + 1);
    await assert.rejects(readOwnFile(file), { code: 'too-large', location: file });
  });
});

const effective = 'a file is of the user that is acted for';
const unswitched = noEffectiveUser();
if (unswitched === undefined) {
  test(effective, async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'a');
      await asOtherUser(folder, async () => {
        await writeOwnFile(file, CONTENT);
        assert.deepEqual(await readOwnFile(file), CONTENT);
      });
      await assert.rejects(readOwnFile(file), { code: 'foreign-owner' });
    });
  });

  test("another user's file is told as that, also where it cannot be opened", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'a');
      writeFileSync(file, 'of root', { mode: 0o600 });
      await asOtherUser(folder, async () => {
        for (const action of [readOwnFile, touchOwnFile, removeOwnFile]) {
          await assert.rejects(action(file), { code: 'foreign-owner' }, action.name);
        }
      });
    });
  });

  test('what the user may not do is told by what it was', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'a');
      await asOtherUser(folder, async () => {
        writeFileSync(file, 'own', { mode: 0o400 });
        await assert.rejects(touchOwnFile(file), { code: 'not-writable', message: /got EACCES$/u });
        chmodSync(folder, 0o500);
        await assert.rejects(removeOwnFile(file), { code: 'not-writable' });
        await assert.rejects(writeOwnFile(file, CONTENT), { code: 'not-writable' });
        chmodSync(file, 0);
        await assert.rejects(readOwnFile(file), { code: 'read-failed', message: /got EACCES$/u });
        chmodSync(folder, 0o700);
      });
    });
  });
} else {
  test.skip(effective, unswitched);
}

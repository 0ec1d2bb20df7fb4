import assert from 'node:assert/strict';
import {
  chmod,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { asOtherUser, noEffectiveUser } from '../../../../test-fixtures/src/effective-user.ts';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openFilesBelow } from '../../../../test-fixtures/src/open-files.ts';
import {
  type ReplaceSystem,
  refuseOthers,
  removeLeftovers,
  replaceFile,
} from '../../src/io/replace-file.ts';

const content = new TextEncoder().encode('new content');

test('a file is created and replaced, for its owner alone', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await replaceFile(file, new Uint8Array(0));
    assert.equal((await stat(file)).size, 0);
    await chmod(file, 0o644);
    const { ino } = await stat(file);
    await replaceFile(file, content);
    assert.equal(await readFile(file, 'utf8'), 'new content');
    const after = await stat(file);
    assert.equal(after.mode & 0o777, 0o600);
    assert.notEqual(after.ino, ino);
    assert.deepEqual(await readdir(folder), ['a']);
  });
});

test('the mode may be another', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await replaceFile(file, content, { mode: 0o664 });
    assert.equal((await stat(file)).mode & 0o777, 0o664);
  });
});

test('it is for its owner alone from the first moment, and no descriptor stays open', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    const modes: unknown[] = [];
    const noting: typeof open = (name, flags, mode) => {
      modes.push(mode);
      return open(name, flags, mode);
    };
    await replaceFile(file, content, { mode: 0o664 }, { open: noting, rename });
    assert.deepEqual(modes, [0o600]);
    if (process.platform !== 'linux') return;
    const before = (await readdir('/proc/self/fd')).length;
    for (let run = 0; run < 20; run += 1) await replaceFile(file, content);
    assert.ok((await readdir('/proc/self/fd')).length < before + 10);
  });
});

test('who has the old file open keeps it whole, and other names of it keep it', async () => {
  await inFolder(async (folder) => {
    const [file, other] = [path.join(folder, 'a'), path.join(folder, 'b')];
    await writeFile(file, 'old content');
    await link(file, other);
    await replaceFile(file, content);
    assert.equal(await readFile(other, 'utf8'), 'old content');
  });
});

test('a relative path is one from the working folder', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await replaceFile(path.relative(process.cwd(), file), content);
    assert.equal(await readFile(file, 'utf8'), 'new content');
  });
});

// @rule file/symbolic-link-refused
// @rule file/regular-file-only
test('what is not a file of its own is refused and left as it was', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await writeFile(file, 'old content');
    for (const target of ['a', 'none']) {
      const name = path.join(folder, `to-${target}`);
      await symlink(target, name);
      await assert.rejects(replaceFile(name, content), {
        name: 'ReplaceFileError',
        code: 'symbolic-link',
        path: name,
        message: `file ${name}: expected a regular file of this user, got a symbolic link`,
      });
    }
    await mkdir(path.join(folder, 'folder'));
    await assert.rejects(replaceFile(path.join(folder, 'folder'), content), { code: 'not-a-file' });
    assert.equal(await readFile(file, 'utf8'), 'old content');
    assert.deepEqual((await readdir(folder)).sort(), ['a', 'folder', 'to-a', 'to-none']);
  });
});

// @rule file/foreign-owner-refused
test("another user's file is refused", async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await writeFile(file, '');
    const uid = process.getuid?.() ?? 0;
    await refuseOthers(file, uid);
    await refuseOthers(file, undefined);
    await refuseOthers(path.join(folder, 'none'), uid);
    await assert.rejects(refuseOthers(file, uid + 1), {
      code: 'foreign-owner',
      message: /got one of uid \d+$/u,
    });
  });
});

test('what killed writers left is removed once it is old', async () => {
  await inFolder(async (folder) => {
    const leftover = path.join(folder, `.a.${'0'.repeat(32)}.tmp`);
    const others = ['.a.tmp', `.b.${'0'.repeat(32)}.tmp`, `.a.${'0'.repeat(31)}.tmp`];
    // That of a file called "a.b", and what is no temporary file at all.
    others.push(`.a.b.${'0'.repeat(32)}.tmp`, `.a.${'0'.repeat(32)}.tmp.old`);
    for (const name of others) {
      await writeFile(path.join(folder, name), '');
      await utimes(path.join(folder, name), 0, 0);
    }
    await writeFile(leftover, '');
    await replaceFile(path.join(folder, 'a'), content);
    assert.ok((await readdir(folder)).includes(path.basename(leftover)), 'its writer may be alive');
    const now = Date.now() / 1000;
    await utimes(leftover, now - 3000, now - 3000);
    await replaceFile(path.join(folder, 'a'), content);
    assert.ok((await readdir(folder)).includes(path.basename(leftover)), 'less than an hour old');
    await utimes(leftover, now - 3601, now - 3601);
    await replaceFile(path.join(folder, 'a'), content);
    assert.deepEqual((await readdir(folder)).sort(), [...others, 'a'].sort());
    await symlink('none', leftover);
    await removeLeftovers(path.join(folder, 'a'), Date.now() + 60_000);
    assert.deepEqual((await readdir(folder)).sort(), [...others, 'a'].sort());
  });
});
// @rule file/untidy-is-no-failure
test('what cannot be tidied up keeps nobody from writing', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    const leftover = path.join(folder, `.a.${'0'.repeat(32)}.tmp`);
    await mkdir(path.join(leftover, 'full'), { recursive: true });
    await utimes(leftover, 1, 1);
    await replaceFile(file, content);
    assert.equal(await readFile(file, 'utf8'), 'new content');
    await assert.rejects(removeLeftovers(file, Date.now()));
  });
});

test('a disk that refuses leaves the old content and nothing else', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await writeFile(file, 'old content');
    const table = [
      ['ENOSPC', 'no-space'],
      ['EDQUOT', 'no-space'],
      ['EROFS', 'not-writable'],
      ['EACCES', 'not-writable'],
      ['EIO', 'write-failed'],
    ] as const;
    for (const [systemCode, code] of table) {
      const refusal = Object.assign(new Error(systemCode), { code: systemCode });
      const refuse = (): Promise<never> => Promise.reject(refusal);
      const expected = { code, cause: refusal };
      const opening = { open: refuse, rename };
      await assert.rejects(replaceFile(file, content, {}, opening), expected);
      const moving = { open, rename: refuse };
      await assert.rejects(replaceFile(file, content, {}, moving), expected);
      const syncing = {
        rename,
        async open(...parameters: Parameters<typeof open>) {
          const handle = await open(...parameters);
          handle.sync = refuse;
          return handle;
        },
      };
      await assert.rejects(replaceFile(file, content, {}, syncing), expected);
      assert.equal(await readFile(file, 'utf8'), 'old content');
      assert.deepEqual(await readdir(folder), ['a']);
    }
    const odd = { open: () => Promise.reject(new Error('odd')), rename };
    await assert.rejects(replaceFile(file, content, {}, odd), { message: /got an error$/u });
  });
});

test('a folder that is missing or no folder fails with its cause', async () => {
  await inFolder(async (folder) => {
    const missing = path.join(folder, 'none', 'a');
    await assert.rejects(replaceFile(missing, content), {
      code: 'write-failed',
      message: `file ${missing}: expected to be replaced, got ENOENT`,
    });
    await writeFile(path.join(folder, 'file'), '');
    await assert.rejects(replaceFile(path.join(folder, 'file', 'a'), content), {
      code: 'write-failed',
    });
  });
});

test('a name that leaves no room for a temporary one is refused before anything is written', async () => {
  await inFolder(async (folder) => {
    await assert.rejects(replaceFile(path.join(folder, 'a'.repeat(250)), content), {
      code: 'write-failed',
      message: /ENAMETOOLONG$/u,
    });
    assert.deepEqual(await readdir(folder), []);
  });
});

test('misuse is told at once', async () => {
  // @ts-expect-error content is bytes
  await assert.rejects(replaceFile('/tmp/none', 'text'), {
    name: 'TypeError',
    message: 'file content: expected a Uint8Array, got string',
  });
});

// A crash in between would leave an empty file in the place of a good one.
test('the new content is whole and on the disk before it takes the place of the old', async () => {
  await inFolder(async (folder) => {
    const ended: string[] = [];
    // The earlier a step, the longer it takes: one that is not waited for is overtaken.
    const noting = async (step: string, turns: number, take: () => Promise<void>) => {
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      await take();
      ended.push(step);
    };
    const system: ReplaceSystem = {
      async open(...parameters) {
        const handle = await open(...parameters);
        const { writeFile: write, chmod, close } = handle;
        return Object.assign(handle, {
          writeFile: (data: Uint8Array) => noting('writeFile', 9, () => write.call(handle, data)),
          chmod: (mode: number) => noting('chmod', 6, () => chmod.call(handle, mode)),
          sync: () => noting('sync', 3, async () => undefined),
          close: () => noting('close', 0, () => close.call(handle)),
        });
      },
      rename: (from, to) => {
        ended.push('rename');
        return rename(from, to);
      },
    };
    await replaceFile(path.join(folder, 'a'), content, {}, system);
    assert.deepEqual(ended, ['writeFile', 'chmod', 'sync', 'close', 'rename']);
  });
});

test('no descriptor stays open', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    await replaceFile(file, new Uint8Array(1));
    const rename = (): Promise<never> => Promise.reject(new Error('refused'));
    await assert.rejects(replaceFile(file, new Uint8Array(1), {}, { open, rename }));
    assert.deepEqual(openFilesBelow(folder), []);
  });
});

const effective = 'a file is of the user that is acted for';
const unswitched = noEffectiveUser();
if (unswitched === undefined) {
  test(effective, async () => {
    await inFolder(async (folder) => {
      const file = path.join(folder, 'a');
      const content = new Uint8Array(1);
      await asOtherUser(folder, async () => {
        await replaceFile(file, content);
        await replaceFile(file, content);
      });
      await assert.rejects(replaceFile(file, content), { code: 'foreign-owner' });
    });
  });
} else {
  test.skip(effective, unswitched);
}

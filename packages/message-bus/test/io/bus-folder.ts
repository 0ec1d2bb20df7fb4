import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  checkBusFolder,
  isUnmapped,
  makeBusFolder,
  removeBusFolder,
} from '../../src/io/bus-folder.ts';

test('a bus folder is closed to others from the start, and goes again', async () => {
  const folder = await makeBusFolder();
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  await removeBusFolder(folder);
  assert.equal(existsSync(folder), false);
});

// @rule bus/private-folder
test('a folder that others can open, a file and nothing at all are refused', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-test-'));
  try {
    await checkBusFolder(folder);
    chmodSync(folder, 0o755);
    await assert.rejects(checkBusFolder(folder), {
      code: 'unsafe-folder',
      message: /chmod 700/u,
    });
    const file = path.join(folder, 'file');
    writeFileSync(file, '', { mode: 0o600 });
    await assert.rejects(checkBusFolder(file), {
      code: 'unusable-folder',
      message: /expected a folder, got something else/u,
    });
    const link = path.join(folder, 'link');
    symlinkSync(folder, link);
    await assert.rejects(checkBusFolder(link), {
      code: 'unusable-folder',
      message: /expected a folder, got a symbolic link/u,
    });
    await assert.rejects(checkBusFolder(path.join(folder, 'none')), {
      code: 'unusable-folder',
      message: /ENOENT/u,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// @rule bus/private-folder
test("another user's folder is refused", async () => {
  const folder = await makeBusFolder();
  const { geteuid } = process;
  try {
    await checkBusFolder(folder);
    process.geteuid = () => (geteuid?.() ?? 0) + 1;
    await assert.rejects(checkBusFolder(folder), {
      code: 'unsafe-folder',
      message: /expected a folder of this user/u,
    });
  } finally {
    if (geteuid !== undefined) process.geteuid = geteuid;
    await removeBusFolder(folder);
  }
});

// @rule bus/folder-not-too-long
test('where a socket would have too long a path no bus folder is made, and none left', async () => {
  const above = mkdtempSync(path.join(tmpdir(), 'keywire-test-'));
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  try {
    const long = path.join(above, 'x'.repeat(80));
    mkdirSync(long, { mode: 0o700 });
    process.env['XDG_RUNTIME_DIR'] = long;
    const made = await makeBusFolder();
    assert.notEqual(path.dirname(made), long);
    await removeBusFolder(made);
    assert.deepEqual(readdirSync(long), []);
  } finally {
    if (runtime === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = runtime;
    rmSync(above, { recursive: true });
  }
});

// @rule bus/folder-stays-where-it-is
test('where others can rename it no bus folder is made, and none is taken', async () => {
  const above = mkdtempSync(path.join(tmpdir(), 'keywire-test-'));
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  try {
    const folder = path.join(above, 'mine');
    mkdirSync(folder, { mode: 0o700 });
    chmodSync(above, 0o777);
    await assert.rejects(checkBusFolder(folder), {
      code: 'unsafe-folder',
      message: /chmod \+t/u,
    });
    process.env['XDG_RUNTIME_DIR'] = above;
    const made = await makeBusFolder();
    assert.notEqual(path.dirname(made), above);
    await removeBusFolder(made);
    chmodSync(above, 0o1777);
    await checkBusFolder(folder);
    const sticky = await makeBusFolder();
    assert.equal(path.dirname(sticky), above);
    await removeBusFolder(sticky);
  } finally {
    if (runtime === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = runtime;
    rmSync(above, { recursive: true });
  }
});

// @rule bus/folder-stays-where-it-is
if (process.getuid?.() === 0) {
  test('a folder above that is another user’s, or open to a group of others, is none to lie in', async () => {
    const above = mkdtempSync(path.join(tmpdir(), 'keywire-test-'));
    try {
      const folder = path.join(above, 'mine');
      mkdirSync(folder, { mode: 0o700 });
      const refusal = { code: 'unsafe-folder' };
      for (const [uid, gid, mode, isRefused] of [
        [0, 0, 0o700, false],
        [0, 0, 0o770, false],
        [0, 12_345, 0o750, false],
        [0, 12_345, 0o770, true],
        [0, 12_345, 0o1770, false],
        [12_345, 0, 0o700, true],
        [12_345, 0, 0o1777, true],
      ] as const) {
        chownSync(above, uid, gid);
        chmodSync(above, mode);
        if (isRefused) await assert.rejects(checkBusFolder(folder), refusal);
        else await checkBusFolder(folder);
      }
    } finally {
      rmSync(above, { recursive: true });
    }
  });
} else test.skip('a folder above that is another user’s', 'only root can give folders away');

// @rule bus/unmapped-owner
test('an owner whom the user namespace does not know is nobody that could be told apart', () => {
  const everyone = '         0          0 4294967295\n';
  const oneself = '      1000       1000          1\n';
  const rootless = '         0       1000          1\n         1     100000      65536\n';
  for (const [userId, map, unmapped] of [
    [65534, everyone, false],
    [65534, oneself, true],
    [1000, oneself, false],
    [1001, oneself, true],
    [65534, rootless, false],
    [65537, rootless, true],
    [65534, '', false],
  ] as const) {
    assert.equal(isUnmapped(userId, map), unmapped, `${userId} in ${map}`);
  }
});

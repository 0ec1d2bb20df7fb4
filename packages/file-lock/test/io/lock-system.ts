import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { lockSystem } from '../../src/io/lock-system.ts';
import { parseOwner } from '../../src/owner-record.ts';

test('a file has one name, whatever leads to it', async () => {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'keywire-system-')));
  try {
    await mkdir(path.join(folder, 'real'));
    await symlink('real', path.join(folder, 'link'));
    const expected = path.join(folder, 'real', 'lock');
    for (const name of ['real/lock', 'link/lock', 'real/../link/lock', 'link/./lock']) {
      assert.equal(await lockSystem.canonicalPath(`${folder}/${name}`), expected, name);
    }
    await symlink('elsewhere', expected);
    assert.equal(await lockSystem.canonicalPath(`${folder}/link/lock`), expected, 'kept as it is');
    const relative = path.relative(process.cwd(), expected);
    assert.equal(await lockSystem.canonicalPath(relative), expected);
    await assert.rejects(lockSystem.canonicalPath(`${folder}/none/lock`), { code: 'ENOENT' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('each claimant has a nonce of its own and a record of this process', async () => {
  const [one, two] = [await lockSystem.newClaimant('/l'), await lockSystem.newClaimant('/l')];
  assert.notEqual(one.nonce, two.nonce);
  assert.equal(one.base, '/l');
  const owner = parseOwner(one.record);
  assert.deepEqual([owner?.pid, owner?.nonce], [process.pid, one.nonce]);
});

const PAUSE = 'a pause ends by itself, and keeps no program running';
if ('Bun' in globalThis) test.skip(PAUSE, 'Bun does not list its timers');
else {
  test(PAUSE, async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const keepsRunning = setTimeout(() => {}, 60_000);
    const pause = lockSystem.pause(1);
    assert.equal(timers(), before + 1, 'that of the test alone');
    await pause;
    clearTimeout(keepsRunning);
  });
}

test('delays differ and stay well below a second', () => {
  const delays = Array.from({ length: 100 }, () => lockSystem.nextDelayMs());
  assert.ok(delays.every((delay) => delay >= 50 && delay <= 200));
  assert.ok(new Set(delays).size > 10);
  assert.ok(delays.some((delay) => delay < 100) && delays.some((delay) => delay > 150));
  const before = process.hrtime.bigint();
  const firstMs = lockSystem.monotonicMs();
  assert.ok(Number(before) / 1e6 <= firstMs);
  assert.ok(firstMs <= Number(process.hrtime.bigint()) / 1e6, 'milliseconds');
  assert.ok(lockSystem.monotonicMs() >= firstMs);
  assert.ok(Math.abs(lockSystem.nowMs() - Date.now()) < 60_000);
});

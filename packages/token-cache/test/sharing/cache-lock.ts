/** The lock of a cache: its path, its forms, and other programs' locks. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  acquireCacheLock,
  cacheLockPath,
  despiteLosses,
  withCacheLock,
} from '../../src/sharing/cache-lock.ts';

test('it is the location and ".lockfile", or where it is asked for; folders are made', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'deep', 'cache');
    assert.equal(cacheLockPath(location), `${location}.lockfile`);
    {
      await using lock = await acquireCacheLock(location);
      assert.equal(lock.path, `${location}.lockfile`);
      // The first line is what other programs write: who it is.
      assert.match(readFileSync(lock.path, 'utf8'), new RegExp(`^${process.pid} `, 'u'));
    }
    assert.equal(existsSync(`${location}.lockfile`), false);
    const lockLocation = join(folder, 'elsewhere', 'my.lock');
    const path = await withCacheLock(location, async (lock) => lock.path, { lockLocation });
    assert.equal(path, lockLocation);
  });
});

test('a change is made anew when the lock was lost, but not for ever, and for nothing else', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    for (const { losses, expected } of [
      { losses: 4, expected: 5 },
      { losses: 9, expected: 5 },
    ]) {
      let attempts = 0;
      const changing = despiteLosses(() =>
        withCacheLock(location, async (lock) => {
          attempts += 1;
          if (attempts <= losses) unlinkSync(lock.path);
        }),
      );
      if (losses < expected) await changing;
      else await assert.rejects(changing, { code: 'lock-lost' });
      assert.equal(attempts, expected);
    }
    const failing = despiteLosses(() => Promise.reject(new Error('inside')));
    await assert.rejects(failing, { message: 'inside' });
    await using _held = await acquireCacheLock(location);
    let attempts = 0;
    const late = despiteLosses(() => {
      attempts += 1;
      return acquireCacheLock(location, { lockTimeoutMs: 0 });
    });
    await assert.rejects(late, { name: 'LockError', code: 'timeout' });
    assert.equal(attempts, 1);
  });
});

test('the callback form gives the result, and releases when it throws', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    assert.equal(await withCacheLock(location, async () => 5), 5);
    const failing = withCacheLock(location, () => Promise.reject(new Error('inside')));
    await assert.rejects(failing, { message: 'inside' });
    const broken = withCacheLock(location, async (lock) => {
      unlinkSync(lock.path);
      throw new Error('inside');
    });
    await assert.rejects(broken, { message: 'inside' });
    const lost = withCacheLock(location, async (lock) => unlinkSync(lock.path));
    await assert.rejects(lost, { code: 'lock-lost' });
    assert.equal(existsSync(`${location}.lockfile`), false);
  });
});

test('the lock of another program is respected; the error says whose it is and since when', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    writeFileSync(`${location}.lockfile`, '12345 az');
    await assert.rejects(acquireCacheLock(location, { lockTimeoutMs: 100 }), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && 'path' in error);
      assert.ok('holder' in error && 'ageMs' in error);
      assert.equal(error.code, 'timeout');
      assert.equal(error.path, `${location}.lockfile`);
      assert.deepEqual(error.holder, { pid: 12_345, program: 'az' });
      assert.equal(typeof error.ageMs, 'number');
      return true;
    });
    const waiting = acquireCacheLock(location);
    unlinkSync(`${location}.lockfile`);
    await (await waiting).release();
  });
});

test('a lock that another program left behind is taken after watching it for five seconds', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    writeFileSync(`${location}.lockfile`, '');
    await (await acquireCacheLock(location)).release();
  });
});

test('a lock that is a link is refused, and waiting can be ended', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    symlinkSync('elsewhere', `${location}.lockfile`);
    await assert.rejects(acquireCacheLock(location), { code: 'symbolic-link' });
    unlinkSync(`${location}.lockfile`);
    await using _held = await acquireCacheLock(location);
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(acquireCacheLock(location, { signal }), { code: 'aborted' });
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { unlinkSync } from 'node:fs';
import { chmod, readdir, stat, symlink, truncate } from 'node:fs/promises';
import path from 'node:path';
import { isLockError } from '@keywire/file-lock';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { sharedFile } from '../../src/io/shared-file.ts';
import { failsWith } from '../support/failing.ts';

function text(content: Uint8Array | undefined): string {
  return content === undefined ? '' : new TextDecoder().decode(content);
}

test('changes by many are all made, one after the other', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'new', 'shared');
    assert.equal(await sharedFile(file).read(), undefined);
    const append = (letter: string): Promise<void> =>
      sharedFile(file).edit((old) => new TextEncoder().encode(text(old) + letter), undefined);
    await Promise.all(['a', 'b', 'c', 'd'].map(append));
    const content = text(await sharedFile(file).read());
    assert.deepEqual([...content].sort(), ['a', 'b', 'c', 'd']);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await sharedFile(file).edit(() => undefined, undefined);
    assert.equal(text(await sharedFile(file).read()), content);
    assert.deepEqual(await readdir(path.dirname(file)), ['shared']);
  });
});

test('a folder that others may write is refused, for reading too', async () => {
  await inFolder(async (folder) => {
    const file = sharedFile(path.join(folder, 'shared'));
    await file.edit(() => Uint8Array.of(1), undefined);
    await chmod(folder, 0o777);
    const change = file.edit(() => Uint8Array.of(2), undefined);
    for (const call of [file.read(), change]) {
      const error = await failsWith('unsafe-folder', call);
      assert.match(error.advice, /chmod go-w/u);
    }
    await chmod(folder, 0o700);
    assert.deepEqual([...((await file.read()) ?? [])], [1]);
  });
});

// @rule keyring/plain-file-is-ours
test("another user's file, a pipe, and what has no end are not read", async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'shared');
    await sharedFile(file).edit(() => Uint8Array.of(1), undefined);
    const foreign = sharedFile(file, (await stat(file)).uid + 1);
    const error = await failsWith('read-failed', foreign.read());
    assert.match(error.message, /expected one of this user/u);
    await failsWith(
      'read-failed',
      foreign.edit(() => assert.fail('read'), undefined),
    );
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await failsWith('read-failed', sharedFile(pipe).read());
    await symlink('/dev/zero', path.join(folder, 'zero'));
    await failsWith('read-failed', sharedFile(path.join(folder, 'zero')).read());
    await truncate(file, 64 * 1024 * 1024 + 1);
    await failsWith('read-failed', sharedFile(file).read());
  });
});

test('what cannot be read is not taken for a file that is not there', async () => {
  await inFolder(async (folder) => {
    const file = sharedFile(path.join(folder, 'loop'));
    await symlink('loop', file.path);
    const change = file.edit(() => assert.fail('changed'), undefined);
    for (const call of [file.read(), change]) {
      const error = await failsWith('read-failed', call);
      assert.match(error.message, /expected it to be readable, got ELOOP$/u);
      assert.match(error.advice, /owner/u);
    }
    const before = Math.floor(Date.now() / 1000);
    const now = file.nowSeconds();
    assert.ok(now >= before && now <= Date.now() / 1000);
    assert.notEqual(file.randomName(), file.randomName());
  });
});

// @rule keyring/plain-file-stays-readable
test('what would be too large to be read again is not written', async () => {
  await inFolder(async (folder) => {
    const file = sharedFile(path.join(folder, 'shared'));
    await file.edit(() => Uint8Array.of(1), undefined);
    const tooMuch = new Uint8Array(64 * 1024 * 1024 + 1);
    const error = await failsWith(
      'too-large',
      file.edit(() => tooMuch, undefined),
    );
    assert.match(error.message, /expected at most 67108864 bytes, got 67108865/u);
    assert.deepEqual([...((await file.read()) ?? [])], [1]);
    await file.edit(() => tooMuch.subarray(1), undefined);
    assert.equal((await file.read())?.length, 64 * 1024 * 1024);
  });
});

test('a lock that another program took away is told, and nothing is written', async () => {
  await inFolder(async (folder) => {
    const file = sharedFile(path.join(folder, 'shared'));
    const breakIn = (): Uint8Array => {
      unlinkSync(`${file.path}.lock`);
      return Uint8Array.of(1);
    };
    const error = await failsWith('lock-failed', file.edit(breakIn, undefined));
    assert.ok(isLockError(error.cause) && error.cause.code === 'lock-lost');
    assert.equal(await file.read(), undefined);
  });
});

test('what goes wrong is told, and the file stays', async () => {
  await inFolder(async (folder) => {
    const file = sharedFile(path.join(folder, 'shared'));
    await file.edit(() => Uint8Array.of(1), undefined);
    await assert.rejects(
      file.edit(() => {
        throw new RangeError('the change itself');
      }, undefined),
      RangeError,
    );
    await failsWith(
      'aborted',
      file.edit(() => Uint8Array.of(2), AbortSignal.abort()),
    );
    assert.deepEqual([...((await file.read()) ?? [])], [1]);
    await failsWith('read-failed', sharedFile(folder).read());
    const below = sharedFile(path.join(folder, 'shared', 'below'));
    await failsWith(
      'write-failed',
      below.edit(() => Uint8Array.of(1), undefined),
    );
    // Who holds the lock, and what lies in the way, is in the words of the lock and the file.
    const link = path.join(folder, 'link');
    await symlink(path.join(folder, 'shared'), link);
    const linked = await failsWith(
      'write-failed',
      sharedFile(link).edit(() => Uint8Array.of(1), undefined),
    );
    assert.ok(linked.message.includes(`${link}: expected a regular file of this user`));
    assert.notEqual(linked.advice, '');
    await symlink('nowhere', path.join(folder, 'locked.lock'));
    const locked = await failsWith(
      'lock-failed',
      sharedFile(path.join(folder, 'locked')).edit(() => Uint8Array.of(1), undefined),
    );
    assert.match(locked.message, /locked\.lock: .*symbolic link/u);
    assert.ok(file.nowSeconds() > 1_600_000_000);
    assert.notEqual(file.randomName(), file.randomName());
  });
});

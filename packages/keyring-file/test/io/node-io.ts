import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLockError, isReplaceFileError } from '@keywire/file-lock';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isKeyringFileError, KeyringFileError } from '../../src/errors.ts';
import { nodeIo } from '../../src/io/node-io.ts';
import { rejectsCode } from '../support/codes.ts';
import { utf8 } from '../support/memory-io.ts';

test('a file is made for its owner alone, in a folder made for its owner alone', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'a', 'b', 'keyring');
    await nodeIo.createFolder(path);
    await nodeIo.createFolder(path);
    await nodeIo.replaceFile(path, utf8('content'));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, 'a', 'b')).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o700);
    assert.deepEqual(await nodeIo.readFile(path), utf8('content'));
  });
});

test('the lock lies beside the file and keeps others out until it is given back', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'keyring');
    const nothing = async (): Promise<void> => undefined;
    const result = await nodeIo.underLock(path, {}, async (lock) => {
      assert.equal(existsSync(`${path}.lock`), true);
      await lock.assertHeld();
      await assert.rejects(nodeIo.underLock(path, { timeoutMs: 0 }, nothing), (error) => {
        assert.ok(isKeyringFileError(error) && error.code === 'lock-failed');
        assert.ok(isLockError(error.cause) && error.cause.code === 'timeout');
        assert.ok(error.message.includes(`${path}.lock: expected to get it within 0 ms`));
        return true;
      });
      const aborted = nodeIo.underLock(path, { signal: AbortSignal.abort() }, nothing);
      await rejectsCode('lock-failed', aborted);
      return 'result';
    });
    assert.equal(result, 'result');
    assert.equal(existsSync(`${path}.lock`), false);
    await nodeIo.underLock(path, { timeoutMs: 0 }, nothing);
  });
});

test('a lock that another program overwrote is lost', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'keyring');
    const overwrite = (): void => writeFileSync(`${path}.lock`, 'somebody else');
    const checked = nodeIo.underLock(path, {}, async (lock) => {
      overwrite();
      await lock.assertHeld();
    });
    await rejectsCode('lock-failed', checked);
    rmSync(`${path}.lock`);
    const unchecked = nodeIo.underLock(path, {}, async () => overwrite());
    await rejectsCode('lock-failed', unchecked);
  });
});

test('what goes wrong under the lock is told as it is, also when the lock is lost as well', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'keyring');
    const failing = nodeIo.underLock(path, {}, async () => {
      rmSync(`${path}.lock`);
      throw new KeyringFileError('write-failed', 'the disk is full');
    });
    await rejectsCode('write-failed', failing);
  });
});

test('a misuse of the lock is no failure of the lock', async () => {
  const never = async (): Promise<never> => assert.fail();
  await assert.rejects(nodeIo.underLock('/tmp/keyring', { timeoutMs: -1 }, never), RangeError);
});

test('a link in place of the file is not replaced, nor what it points to', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'keyring');
    writeFileSync(join(folder, 'target'), 'old');
    symlinkSync(join(folder, 'target'), path);
    await assert.rejects(nodeIo.replaceFile(path, utf8('new')), (error) => {
      assert.ok(isKeyringFileError(error) && error.code === 'write-failed');
      assert.ok(isReplaceFileError(error.cause) && error.cause.code === 'symbolic-link');
      return true;
    });
    assert.equal(readFileSync(join(folder, 'target'), 'utf8'), 'old');
  });
});

test('what cannot be written is a typed error', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'file'), '');
    await rejectsCode(
      'write-failed',
      nodeIo.createFolder(join(folder, 'file', 'below', 'keyring')),
    );
    await rejectsCode(
      'write-failed',
      nodeIo.replaceFile(join(folder, 'none', 'keyring'), utf8('')),
    );
    const never = async (): Promise<never> => assert.fail();
    await rejectsCode('lock-failed', nodeIo.underLock(join(folder, 'none', 'keyring'), {}, never));
    const bytes: unknown = 'text';
    await assert.rejects(
      async () => await Reflect.apply(nodeIo.replaceFile, nodeIo, [join(folder, 'f'), bytes]),
      TypeError,
    );
  });
});

test('randomness owns its memory and time is in whole seconds', () => {
  const bytes = nodeIo.randomBytes(24);
  assert.equal(bytes.buffer.byteLength, 24);
  assert.notDeepEqual(bytes, nodeIo.randomBytes(24));
  assert.ok(Number.isSafeInteger(nodeIo.nowSeconds()) && nodeIo.nowSeconds() > 1_700_000_000);
});

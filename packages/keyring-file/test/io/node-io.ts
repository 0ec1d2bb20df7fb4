import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLockError, isReplaceFileError } from '@keywire/file-lock';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isKeyringFileError } from '../../src/errors.ts';
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
    const lock = await nodeIo.lock(path, {});
    assert.equal(existsSync(`${path}.lock`), true);
    await lock.assertHeld();
    await assert.rejects(nodeIo.lock(path, { timeoutMs: 0 }), (error) => {
      assert.ok(isKeyringFileError(error) && error.code === 'lock-failed');
      assert.ok(isLockError(error.cause) && error.cause.code === 'timeout');
      assert.ok(error.message.includes(`${path}.lock: expected to get it within 0 ms`));
      return true;
    });
    const aborted = nodeIo.lock(path, { signal: AbortSignal.abort() });
    await rejectsCode('lock-failed', aborted);
    await lock[Symbol.asyncDispose]();
    assert.equal(existsSync(`${path}.lock`), false);
    const again = await nodeIo.lock(path, { timeoutMs: 0 });
    await again[Symbol.asyncDispose]();
  });
});

test('a lock that another program overwrote is lost', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'keyring');
    const lock = await nodeIo.lock(path, {});
    writeFileSync(`${path}.lock`, 'somebody else');
    await rejectsCode('lock-failed', lock.assertHeld());
    await rejectsCode('lock-failed', lock[Symbol.asyncDispose]());
  });
});

test('a misuse of the lock is no failure of the lock', async () => {
  await assert.rejects(nodeIo.lock('/tmp/keyring', { timeoutMs: -1 }), RangeError);
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
    await rejectsCode('lock-failed', nodeIo.lock(join(folder, 'none', 'keyring'), {}));
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

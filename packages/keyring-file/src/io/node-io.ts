/**
 * The world of a keyring file on a real machine. The lock lies beside the file as `<file>.lock`;
 * failures of lock and replacement keep their own error as the cause.
 */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import {
  CrossProcessLock,
  isFolderError,
  isLockError,
  isReplaceFileError,
  makeFolder,
  replaceFile,
} from '@keywire/file-lock';
import { KeyringFileError } from '../errors.ts';
import type { KeyringFileIo, KeyringFileLock, LockOptions } from '../types/keyring-file-io.ts';
import { keyDerivation } from './kdf.ts';
import { readWholeFile } from './read-file.ts';

export const nodeIo: KeyringFileIo = {
  kdf: keyDerivation,
  readFile: (path) => readWholeFile(path),
  replaceFile: replace,
  underLock,
  createFolder,
  // Buffer draws small sizes from a shared pool; a copy of its own can be wiped.
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
  nowSeconds: () => Math.floor(Date.now() / 1000),
};

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await replaceFile(path, bytes);
  } catch (error) {
    if (!isReplaceFileError(error)) throw error;
    throw new KeyringFileError('write-failed', `keyring ${error.message}`, { cause: error });
  }
}

/** Not `await using`: what went wrong under the lock would be hidden by a lock that is lost as well. */
function underLock<Result>(
  path: string,
  { timeoutMs, signal }: LockOptions,
  body: (lock: KeyringFileLock) => Promise<Result>,
): Promise<Result> {
  return locking(
    CrossProcessLock.run(`${path}.lock`, body, {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

async function createFolder(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
  } catch (error) {
    if (!isFolderError(error)) throw error;
    throw new KeyringFileError('write-failed', `keyring file: ${error.message}`, { cause: error });
  }
}

async function locking<Value>(action: Promise<Value>): Promise<Value> {
  try {
    return await action;
  } catch (error) {
    if (!isLockError(error)) throw error;
    throw new KeyringFileError(
      'lock-failed',
      // Names the file, and who holds it.
      `keyring file: ${error.message}`,
      { cause: error },
    );
  }
}

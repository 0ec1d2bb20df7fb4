// A file of the user's that several processes change: read at once, replaced at once, changed under
// the lock beside it.

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {
  CrossProcessLock,
  isFolderError,
  isLockError,
  isReplaceFileError,
  makeFolder,
  replaceFile,
} from '@keywire/file-lock';
import { KeyringError, keyringError } from '../errors.ts';
import type { SharedFile } from '../types/shared-file.ts';
import { requireOwnFolder } from './own-folder.ts';

const ADVICE = 'check the owner and the permissions of the path';

/** As much as a keyring file takes: for reading, and so for writing. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Binds a path; nothing is touched yet. The lock lies beside it as `<path>.lock`.
 *
 * @param userId - which only tests stand in for
 */
export function sharedFile(
  file: string,
  userId: number | undefined = process.geteuid?.(),
): SharedFile {
  return {
    path: file,
    read: async () => {
      // Nothing in the file says who wrote it.
      await requireOwnFolder(file);
      return readContent(file, userId);
    },
    edit: async (change, signal) => {
      try {
        await makeFolder(path.dirname(file));
        await requireOwnFolder(file);
        const options = signal === undefined ? {} : { signal };
        const replaceUnder = async (lock: CrossProcessLock): Promise<void> => {
          const content = change(await readContent(file, userId));
          if (content === undefined) return;
          // Written, it could neither be read nor made smaller again.
          // @rule keyring/plain-file-stays-readable keywire#nothing-lost
          if (content.length > MAX_FILE_BYTES) throw tooLarge(file, content.length);
          await lock.assertHeld();
          await replaceFile(file, content);
        };
        await CrossProcessLock.run(`${file}.lock`, replaceUnder, options);
      } catch (error) {
        throw refused(error);
      }
    },
    nowSeconds: () => Math.floor(Date.now() / 1000),
    randomName: () => randomBytes(8).toString('hex'),
  };
}

/**
 * Where a folder is everybody's and sticky, others can be there first: with a file of theirs, or with a
 * pipe, that never ends.
 */
// @rule keyring/plain-file-is-ours keywire#what-to-know
async function readContent(
  file: string,
  userId: number | undefined,
): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw unusable(file, 'a regular file', 'something else');
      if (userId !== undefined && status.uid !== userId) {
        throw unusable(file, 'one of this user', `one of uid ${status.uid}`);
      }
      if (status.size > MAX_FILE_BYTES) {
        throw unusable(file, `at most ${MAX_FILE_BYTES} bytes`, `${status.size}`);
      }
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof KeyringError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unreadable(error, file);
  }
}

function refused(error: unknown): unknown {
  if (isLockError(error)) {
    const code = error.code === 'aborted' ? 'aborted' : 'lock-failed';
    return new KeyringError(code, error.message, { cause: error });
  }
  if (isReplaceFileError(error) || isFolderError(error)) {
    const advice = error.code === 'no-space' ? 'make room on the disk' : ADVICE;
    return new KeyringError('write-failed', error.message, { cause: error, advice });
  }
  return error;
}

function tooLarge(file: string, bytes: number): KeyringError {
  return keyringError('too-large', file, {
    detail: `expected at most ${MAX_FILE_BYTES} bytes, got ${bytes}`,
    advice: 'delete what is no longer needed',
  });
}

function unusable(file: string, expected: string, got: string): KeyringError {
  return new KeyringError('read-failed', `${file}: expected ${expected}, got ${got}`, {
    advice: ADVICE,
  });
}

function unreadable(error: unknown, file: string): KeyringError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
  return new KeyringError('read-failed', `${file}: expected it to be readable, got ${code}`, {
    cause: error,
    advice: ADVICE,
  });
}

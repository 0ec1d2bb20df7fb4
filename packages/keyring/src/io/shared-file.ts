// A file of the user's that several processes change: read at once, replaced at once, changed under
// the lock beside it.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CrossProcessLock,
  isFolderError,
  isLockError,
  isReplaceFileError,
  makeFolder,
  replaceFile,
} from '@keywire/file-lock';
import { KeyringError } from '../errors.ts';
import type { SharedFile } from '../types/shared-file.ts';
import { requireOwnFolder } from './own-folder.ts';

const ADVICE = 'check the owner and the permissions of the path';

/** Binds a path; nothing is touched yet. The lock lies beside it as `<path>.lock`. */
export function sharedFile(file: string): SharedFile {
  return {
    path: file,
    read: async () => {
      // Nothing in the file says who wrote it.
      await requireOwnFolder(file);
      return readContent(file);
    },
    edit: async (change, signal) => {
      try {
        await makeFolder(path.dirname(file));
        await requireOwnFolder(file);
        const options = signal === undefined ? {} : { signal };
        const replaceUnder = async (lock: CrossProcessLock): Promise<void> => {
          const content = change(await readContent(file));
          if (content === undefined) return;
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

async function readContent(file: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
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

function unreadable(error: unknown, file: string): KeyringError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
  return new KeyringError('read-failed', `${file}: expected it to be readable, got ${code}`, {
    cause: error,
    advice: ADVICE,
  });
}

/**
 * Files of this user, and of nobody else: no link is followed, nothing but a regular file is opened,
 * what is made has mode 0600 from its first byte, and folders 0700.
 */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {
  assertOwnFolder,
  isFolderError,
  isReplaceFileError,
  makeFolder,
  replaceFile,
  writeFailureOf,
} from '@keywire/file-lock';
import { PersistenceError, type PersistenceErrorCode } from '../errors.ts';
import { homeFolder } from './platform.ts';

/** As much as a keyring takes. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024;

/** File systems count time in steps of up to two seconds: within them two changes look like one. */
const SETTLED_AFTER_MS = 2000;

/** What a file says about its last change. */
export interface FileChange {
  readonly size: number;
  readonly modifiedMs: number;
  /** Differs after each change; `undefined` while the next change could look the same. */
  readonly version: string | undefined;
}

/** Expands `~` and makes the path absolute. */
export function resolveLocation(location: string): string {
  if (typeof location !== 'string' || location === '' || location.includes('\0')) {
    throw new TypeError('location: expected a non-empty path without NUL');
  }
  const isHome = location === '~' || location.startsWith('~/');
  return path.resolve(isHome ? path.join(homeFolder(), location.slice(1)) : location);
}

/** Reads a file; `undefined` when there is none. */
export async function readOwnFile(file: string): Promise<Uint8Array | undefined> {
  const handle = await openOwn(file, constants.O_RDONLY);
  if (handle === undefined) return undefined;
  try {
    const { size } = await ownStat(file, handle);
    if (size > MAX_FILE_BYTES) {
      throw new PersistenceError(
        'too-large',
        file,
        `expected at most ${MAX_FILE_BYTES} bytes, got ${size}`,
      );
    }
    return new Uint8Array(await handle.readFile());
  } catch (error) {
    throw asReadError(file, error);
  } finally {
    await handle.close();
  }
}

/** Replaces a file at once, and makes its folder. The old content is intact when it fails. */
export async function writeOwnFile(file: string, content: Uint8Array): Promise<void> {
  if (content.length > MAX_FILE_BYTES) {
    throw new PersistenceError(
      'too-large',
      file,
      `expected at most ${MAX_FILE_BYTES} bytes, got ${content.length}`,
    );
  }
  await createFolderOf(file);
  try {
    await replaceFile(file, content);
  } catch (error) {
    if (!isReplaceFileError(error)) throw error;
    const expectation = `expected to be replaced, got ${error.code}`;
    throw new PersistenceError(error.code, file, expectation, { cause: error });
  }
}

/**
 * Makes a file, or gives the one that is there a later time of change; its content stays. The time is
 * later than the last one also when the clock has gone back.
 */
export async function touchOwnFile(file: string): Promise<void> {
  await createFolderOf(file);
  try {
    const handle = await openOwn(file, constants.O_RDWR | constants.O_CREAT);
    if (handle === undefined) throw new Error('internal error: a file that was made is missing');
    try {
      const { mode, mtimeMs } = await ownStat(file, handle);
      // @rule token/tightened keywire#token-cache
      if ((mode & 0o777n) !== 0o600n) await handle.chmod(0o600);
      const nowMs = Date.now();
      // The system call gets seconds as a fraction and cuts them off: one millisecond can be lost.
      await handle.utimes(nowMs / 1000, Math.max(nowMs, Number(mtimeMs) + 2) / 1000);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asWriteError(file, error);
  }
}

/**
 * Does something that changes what a signal file stands for, and gives that, if it is there, a later
 * time: before, too, so that whoever is killed in between still makes others look again.
 */
export async function touchingOwnFile<Result>(
  file: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const touch = async (): Promise<void> => {
    if (await isOwnFileThere(file)) await touchOwnFile(file);
  };
  await touch();
  const result = await work();
  await touch();
  return result;
}

/** Tells when a file was changed; `undefined` when there is none. */
export async function readFileChange(file: string): Promise<FileChange | undefined> {
  const handle = await openOwn(file, constants.O_RDONLY);
  if (handle === undefined) return undefined;
  try {
    const stat = await ownStat(file, handle);
    const modifiedMs = Number(stat.mtimeNs) / 1e6;
    const isSettled = Date.now() - modifiedMs > SETTLED_AFTER_MS;
    const { ino, mtimeNs, ctimeNs, size } = stat;
    return {
      size: Number(size),
      modifiedMs,
      version: isSettled ? `${ino}-${mtimeNs}-${ctimeNs}-${size}` : undefined,
    };
  } finally {
    await handle.close();
  }
}

/** Removes a file of this user; false when there is none. */
export async function removeOwnFile(file: string): Promise<boolean> {
  if (!(await isOwnFileThere(file))) return false;
  try {
    await unlink(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw asWriteError(file, error);
  }
}

/** Whether a file of this user is there; anything else at its place is refused. */
export async function isOwnFileThere(file: string): Promise<boolean> {
  const handle = await openOwn(file, constants.O_RDONLY);
  await handle?.close();
  return handle !== undefined;
}

/** Whether two paths lead to one file, as through a folder that is a link. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(identityOf));
  return a !== undefined && a === b;
}

/** What is not there, or cannot be looked at, is told by whoever opens it. */
async function identityOf(file: string): Promise<string | undefined> {
  const stat = await lstat(file, { bigint: true }).catch(() => undefined);
  return stat === undefined ? undefined : `${stat.dev}-${stat.ino}`;
}

/** Puts a file in place of another one, at once and durably. */
export async function renameOwnFile(from: string, to: string): Promise<void> {
  await isOwnFileThere(to);
  try {
    await rename(from, to);
    const folder = await open(path.dirname(to), constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    throw asWriteError(to, error);
  }
}

/** Makes the folder of a file, with mode 0700 where it is new; one that others may write is refused. */
export async function createFolderOf(file: string): Promise<void> {
  const folder = path.dirname(file);
  try {
    await makeFolder(folder);
    // @rule token/unsafe-folder-refused keywire#token-cache
    await assertOwnFolder(folder);
  } catch (error) {
    if (!isFolderError(error)) throw error;
    const { code, message, advice } = error;
    throw new PersistenceError(code, file, message, { cause: error, advice });
  }
}

async function openOwn(file: string, flags: number): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw await refusalOf(file, error);
  }
  try {
    await ownStat(file, handle);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function ownStat(file: string, handle: FileHandle): Promise<BigIntStats> {
  const stat = await handle.stat({ bigint: true }).catch((error: unknown) => {
    throw asReadError(file, error);
  });
  // @rule token/regular-file-only keywire#token-cache
  if (!stat.isFile()) throw refused('not-a-file', file, 'something else');
  // @rule token/foreign-owner-refused keywire#token-cache
  const userId = process.geteuid?.();
  if (userId !== undefined && stat.uid !== BigInt(userId)) {
    throw refused('foreign-owner', file, `one of uid ${stat.uid}`);
  }
  return stat;
}

/** Says why a path could not be opened: what it is, before what the system calls it. */
async function refusalOf(file: string, error: unknown): Promise<Error> {
  switch (codeOf(error)) {
    // @rule token/symbolic-link-refused keywire#token-cache
    case 'ELOOP':
      return refused('symbolic-link', file, 'a symbolic link');
    case 'EISDIR':
    case 'ENXIO':
    case 'ENOTDIR':
      return refused('not-a-file', file, 'something else');
  }
  // What cannot be looked at either is told as it could not be opened.
  const stat = await lstat(file).catch(() => undefined);
  const userId = process.geteuid?.();
  if (stat !== undefined && userId !== undefined && stat.uid !== userId) {
    return refused('foreign-owner', file, `one of uid ${stat.uid}`);
  }
  return asReadError(file, error);
}

function refused(code: PersistenceErrorCode, file: string, got: string): PersistenceError {
  return new PersistenceError(code, file, `expected a regular file of this user, got ${got}`);
}

function asReadError(file: string, error: unknown): PersistenceError {
  if (error instanceof PersistenceError) return error;
  const expectation = `expected to be readable, got ${codeOf(error)}`;
  return new PersistenceError('read-failed', file, expectation, { cause: error });
}

function asWriteError(file: string, error: unknown): PersistenceError {
  // What could not be opened to be written was reported as if it was to be read.
  const cause =
    error instanceof PersistenceError && error.code === 'read-failed' ? error.cause : error;
  if (cause instanceof PersistenceError) return cause;
  const code = writeFailureOf(codeOf(cause));
  return new PersistenceError(code, file, `expected to be writable, got ${codeOf(cause)}`, {
    cause,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an error';
}

/** Looks at one keyring file: whose it is, its form by its first bytes, who holds the lock beside it. */
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import path from 'node:path';
import { assertOwnFolder, holderOf, isFolderError, judgeLock } from '@keywire/file-lock';
import { detectFormat } from '@keywire/keyring-file';
import type { FailureFact, FileFacts } from '../../types/doctor.ts';

/** Enough to tell every form apart. */
const FIRST_BYTES = 8192;

export async function inspectFile(file: string): Promise<FileFacts> {
  let stats: Awaited<ReturnType<typeof lstat>>;
  try {
    stats = await lstat(file);
  } catch (error) {
    return { path: file, kind: isMissing(error) ? 'missing' : 'unreadable' };
  }
  const common = {
    path: file,
    ownerUid: stats.uid,
    mode: stats.mode & 0o7777,
    bytes: stats.size,
    lock: await readLock(`${file}.lock`),
  };
  if (stats.isDirectory()) return { ...common, kind: 'folder' };
  if (stats.isSymbolicLink()) return { ...common, kind: 'link' };
  if (!stats.isFile()) return { ...common, kind: 'other' };
  const folderFailure = await folderFailureOf(file);
  const placed = folderFailure === undefined ? common : { ...common, folderFailure };
  try {
    return { ...placed, kind: 'file', format: detectFormat(await firstBytes(file)) };
  } catch {
    // Whatever the reason, what programs would hear is that it cannot be read.
    return { ...placed, kind: 'unreadable' };
  }
}

async function folderFailureOf(file: string): Promise<FailureFact | undefined> {
  try {
    await assertOwnFolder(path.dirname(path.resolve(file)));
    return undefined;
  } catch (error) {
    if (!isFolderError(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** A pipe or a device in its place would be waited for, or have no end; a link leads to another file. */
// @rule cli/doctor-waits-for-no-file keywire#doctor
async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new Error('no regular file');
    const buffer = new Uint8Array(FIRST_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, FIRST_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function readLock(lock: string): Promise<FileFacts['lock']> {
  try {
    const text = new TextDecoder().decode(await firstBytes(lock));
    const { pid, program } = holderOf(text);
    // @rule cli/doctor-dead-holder keywire#doctor
    const hasEnded = (await judgeLock(lock, text)) === 'dead';
    return {
      path: lock,
      ...(hasEnded ? { hasEnded } : {}),
      ...(pid === undefined ? {} : { pid }),
      ...(program === undefined ? {} : { program }),
    };
  } catch {
    // No lock, or one that we may not read: nobody can be named.
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

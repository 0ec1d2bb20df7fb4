/** Looks at one keyring file: whose it is, its form by its first bytes, who holds the lock beside it. */
import { lstat, open, readFile } from 'node:fs/promises';
import { holderOf } from '@keywire/file-lock';
import { detectFormat } from '@keywire/keyring-file';
import type { FileFacts } from '../../types/doctor.ts';

/** Enough to tell every form apart. */
const FIRST_BYTES = 8192;

export async function inspectFile(path: string): Promise<FileFacts> {
  let stats: Awaited<ReturnType<typeof lstat>>;
  try {
    stats = await lstat(path);
  } catch (error) {
    return { path, kind: isMissing(error) ? 'missing' : 'unreadable' };
  }
  const common = {
    path,
    ownerUid: stats.uid,
    mode: stats.mode & 0o7777,
    bytes: stats.size,
    lock: await readLock(`${path}.lock`),
  };
  if (stats.isDirectory()) return { ...common, kind: 'folder' };
  if (stats.isSymbolicLink()) return { ...common, kind: 'link' };
  if (!stats.isFile()) return { ...common, kind: 'other' };
  try {
    return { ...common, kind: 'file', format: detectFormat(await firstBytes(path)) };
  } catch {
    return { ...common, kind: 'unreadable' };
  }
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = new Uint8Array(FIRST_BYTES);
    const { bytesRead } = await file.read(buffer, 0, FIRST_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readLock(path: string): Promise<FileFacts['lock']> {
  try {
    const { pid, program } = holderOf(await readFile(path, 'utf8'));
    return {
      path,
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

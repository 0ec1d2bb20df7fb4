/**
 * Folders for files of one user: made one by one with a mode of their own, and refused where others
 * could put files of theirs in place of the user's. The folder alone is looked at, not those above it.
 */
import type { Stats } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { FolderError } from '../errors.ts';
import { checkOptionNames } from '../option-names.ts';
import { systemErrorCode, whenFailing, writeFailureOf } from './system-error.ts';

/** What {@link makeFolder} takes. */
export interface MakeFolderOptions {
  /** Permissions of the folders that are made. Default: 0o700. */
  readonly mode?: number;
}

/**
 * Makes a folder and those above it that are missing; one that is there stays as it is.
 *
 * @throws {@link FolderError} with code `no-space`, `not-writable` or `write-failed`
 */
export async function makeFolder(folder: string, options: MakeFolderOptions = {}): Promise<void> {
  checkOptionNames('options', options, { mode: true });
  const { mode = 0o700 } = options;
  const target = path.resolve(folder);
  try {
    // @rule file/made-or-refused keywire#make-a-folder
    for (const missing of await missingFolders(target)) await makeOne(missing, mode);
  } catch (error) {
    const code = systemErrorCode(error) ?? 'an error';
    throw new FolderError(writeFailureOf(code), target, `expected to be made, got ${code}`, {
      cause: error,
    });
  }
}

/**
 * Makes sure that nobody but this user and root can put files into a folder, or take them out. One
 * that is missing passes, and one in which only the owner of a file can move it (sticky, as `/tmp`).
 * The group may write when it has the user's own number: such a group is that user's alone.
 *
 * @param userId - which only tests stand in for
 * @throws {@link FolderError} with code `unsafe-folder`, or `read-failed`
 */
export async function assertOwnFolder(
  folder: string,
  userId: number | undefined = process.geteuid?.(),
): Promise<void> {
  if (userId === undefined) return;
  const target = path.resolve(folder);
  let status: Stats | undefined;
  try {
    status = await whenFailing(stat(target), ['ENOENT', 'ENOTDIR'], undefined);
  } catch (error) {
    const got = `expected to be readable, got ${systemErrorCode(error) ?? 'an error'}`;
    throw new FolderError('read-failed', target, got, { cause: error });
  }
  if (status === undefined) return;
  const { uid, gid, mode } = status;
  // @rule file/foreign-folder-refused keywire#make-a-folder
  if (uid !== userId && uid !== 0) throw unsafe(target, `got one of uid ${uid}`);
  const mayOthers = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== userId);
  // @rule file/shared-folder-refused keywire#make-a-folder
  if (mayOthers && (mode & 0o1000) === 0) {
    throw unsafe(target, `got mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`);
  }
}

/**
 * The folders to make, topmost first. Node's own recursive `mkdir` is not used: below a folder that
 * denies that it could hold others (`/proc`) it never ends.
 */
async function missingFolders(target: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let at = target; ; at = path.dirname(at)) {
    const status = await whenFailing(stat(at), ['ENOENT'], undefined);
    if (status?.isDirectory() === true) return missing;
    missing.unshift(at);
    if (status !== undefined || at === path.dirname(at)) return missing;
  }
}

/** Another process may be quicker; what is no folder (a file, a link to nothing) is refused. */
async function makeOne(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    const isThere = systemErrorCode(error) === 'EEXIST';
    const status = isThere ? await whenFailing(stat(folder), ['ENOENT'], undefined) : undefined;
    if (status?.isDirectory() === true) return;
    throw error;
  }
  // An odd umask takes even its owner's permissions away: nothing could be put into it.
  // @rule file/owner-can-use keywire#make-a-folder
  const owners = mode & 0o700;
  if (((await stat(folder)).mode & owners) !== owners) await chmod(folder, mode);
}

function unsafe(folder: string, got: string): FolderError {
  return new FolderError(
    'unsafe-folder',
    folder,
    `expected one that only this user can write to, ${got}`,
  );
}

/**
 * Atomic replacement of a file: readers see the old content or the new one, whole, also after a
 * crash. The new content is written beside the target, for this user alone, gets its final mode and is
 * synced, renamed over it, and the folder is synced.
 */
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { ReplaceFileError, type ReplaceFileErrorCode } from '../errors.ts';
import { checkOptionNames } from '../option-names.ts';
import { newNonce } from './nonce.ts';
import { systemErrorCode, whenFailing, writeFailureOf } from './system-error.ts';

/** What {@link replaceFile} takes. */
export interface ReplaceFileOptions {
  /** Permissions of the new file, whatever the old one had. Default: 0o600. */
  readonly mode?: number;
}

/** The steps that a full or failing disk can refuse. */
export interface ReplaceSystem {
  open(file: string, flags: string, mode: number): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
}

/** A temporary file this old belongs to a writer that was killed. */
const LEFTOVER_AGE_MS = 60 * 60 * 1000;

/**
 * Replaces or creates the file at `target`.
 *
 * A symbolic link there is refused, because replacing it would leave the file it points to as it
 * was; resolve it first if that is what you mean. Two writers do not corrupt the file, but the later
 * one wins: hold a `CrossProcessLock` to read, change and write.
 *
 * @param system - what only tests stand in for, to meet full disks.
 * @throws {@link ReplaceFileError} with code `symbolic-link`, `foreign-owner`, `not-a-file`,
 * `no-space`, `not-writable` or `write-failed`; the file is whole then, and the old one unless only
 * the last step failed, which makes the new one outlive a crash.
 */
export async function replaceFile(
  target: string,
  content: Uint8Array,
  options: ReplaceFileOptions = {},
  system: ReplaceSystem = { open, rename },
): Promise<void> {
  if (!(content instanceof Uint8Array)) {
    throw new TypeError(`file content: expected a Uint8Array, got ${typeof content}`);
  }
  checkOptionNames('options', options, { mode: true });
  const { mode = 0o600 } = options;
  const file = path.resolve(target);
  const temporary = path.join(path.dirname(file), `${temporaryPrefix(file)}${newNonce()}.tmp`);
  try {
    await refuseOthers(file, process.geteuid?.());
    await removeLeftovers(file, Date.now() - LEFTOVER_AGE_MS).catch(ignore);
    await writeDurably(system, temporary, content, mode);
    await moveOver(system, temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    if (error instanceof ReplaceFileError) throw error;
    const code = systemErrorCode(error) ?? 'an error';
    throw new ReplaceFileError(writeFailureOf(code), file, `expected to be replaced, got ${code}`, {
      cause: error,
    });
  }
}

/** Refuses to replace what is no regular file of this user. */
export async function refuseOthers(file: string, userId: number | undefined): Promise<void> {
  const stat = await whenFailing(lstat(file), ['ENOENT'], undefined);
  if (stat === undefined) return;
  // @rule file/symbolic-link-refused keywire#replace-file
  if (stat.isSymbolicLink()) {
    throw refused('symbolic-link', file, 'got a symbolic link');
  }
  // @rule file/regular-file-only keywire#replace-file
  if (!stat.isFile()) throw refused('not-a-file', file, 'got something else');
  // @rule file/foreign-owner-refused keywire#replace-file
  if (userId !== undefined && stat.uid !== userId) {
    throw refused('foreign-owner', file, `got one of uid ${stat.uid}`);
  }
}

/** Removes temporary files of this user's killed writers. */
export async function removeLeftovers(file: string, olderThanMs: number): Promise<void> {
  const folder = path.dirname(file);
  const prefix = temporaryPrefix(file);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !TEMPORARY_SUFFIX.test(name.slice(prefix.length))) continue;
    const leftover = path.join(folder, name);
    const stat = await whenFailing(lstat(leftover), ['ENOENT'], undefined);
    if (stat === undefined || stat.uid !== process.geteuid?.() || stat.mtimeMs > olderThanMs)
      continue;
    await whenFailing(unlink(leftover), ['ENOENT'], undefined);
  }
}

const TEMPORARY_SUFFIX = /^[0-9a-f]{32}\.tmp$/u;

function temporaryPrefix(file: string): string {
  return `.${path.basename(file)}.`;
}

/** Writes a file of our own making, which is gone again when that fails. */
async function writeDurably(
  system: ReplaceSystem,
  file: string,
  content: Uint8Array,
  mode: number,
): Promise<void> {
  const handle = await system.open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
    await handle.sync();
  } catch (error) {
    await unlink(file).catch(ignore);
    throw error;
  } finally {
    await handle.close();
  }
}

async function moveOver(system: ReplaceSystem, from: string, to: string): Promise<void> {
  try {
    await system.rename(from, to);
  } catch (error) {
    await unlink(from).catch(ignore);
    throw error;
  }
}

/** What cannot be tidied up is no reason not to write, and hides no other: a later write tries again. */
// @rule file/untidy-is-no-failure keywire#replace-file
function ignore(): void {}

/** Makes the rename durable; some network file systems cannot sync folders, and say so. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await whenFailing(handle.sync(), ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'], undefined);
  } finally {
    await handle.close();
  }
}

function refused(code: ReplaceFileErrorCode, file: string, got: string): ReplaceFileError {
  return new ReplaceFileError(code, file, `expected a regular file of this user, ${got}`);
}

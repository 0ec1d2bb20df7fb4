/**
 * A file of lines, 0600, opened for appending only. Several processes may write to one: each line is
 * made and written under a lock, after the line that is last then, and is on the disk (fdatasync) when
 * that is told.
 */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import process from 'node:process';
import { CrossProcessLock } from '@keywire/file-lock';

/** Lines are far shorter; a longer one is read in several steps. */
const STEP_BYTES = 16_384;
const NEWLINE = 0x0a;

/** Links are not followed: who can make one must not choose which file grows. */
const FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

/**
 * Appends a line, or leaves the file as it was.
 *
 * @param makeLine gives the line, without its end, from the last one; undefined in an empty file
 * @param openFile - what only tests stand in for, to meet full disks
 */
export async function appendLine(
  path: string,
  makeLine: (last: string | undefined, now: Date) => string,
  openFile: typeof open = open,
): Promise<void> {
  await CrossProcessLock.run(`${path}.lock`, async (lock) => {
    const file = await openFile(path, FLAGS, 0o600);
    try {
      const { size } = checked(await file.stat());
      const { isTerminated, line } = await lastLine(file, size);
      const text = makeLine(size === 0 ? undefined : line, new Date());
      await lock.assertHeld();
      try {
        // What an interrupted writer left stays, as a line of its own.
        await file.appendFile(`${isTerminated ? '' : '\n'}${text}\n`);
        await file.datasync();
      } catch (error) {
        await takeBack(file, size, lock);
        throw error;
      }
    } finally {
      await file.close();
    }
  });
}

/** Half a line is no record, and what follows one could not be checked. */
// @rule provider/audit-whole-lines keywire#audit
async function takeBack(file: FileHandle, size: number, lock: CrossProcessLock): Promise<void> {
  try {
    await lock.assertHeld();
    await file.truncate(size);
  } catch {
    // A file that only grows keeps it, as it keeps what an interrupted writer left.
  }
}

/**
 * The folder may be others' too, and the file another one than at the start.
 *
 * @param userId - which only tests stand in for
 */
// @rule provider/audit-file-is-ours keywire#audit
export function checked(status: Stats, userId: number | undefined = process.geteuid?.()): Stats {
  const isOurs = userId === undefined || status.uid === userId;
  if (status.isFile() && isOurs && (status.mode & 0o022) === 0) return status;
  throw new Error('audit log: expected a file that only its owner, this user, can write');
}

/** The last line without its end, and whether it has one. */
async function lastLine(
  file: FileHandle,
  size: number,
): Promise<{ readonly isTerminated: boolean; readonly line: string }> {
  const steps: Uint8Array[] = [];
  let isTerminated = true;
  for (let end = size; end > 0; end -= STEP_BYTES) {
    const start = Math.max(0, end - STEP_BYTES);
    const step = new Uint8Array(end - start);
    await file.read(step, 0, step.length, start);
    let stop = step.length;
    if (end === size) {
      isTerminated = step.at(-1) === NEWLINE;
      if (isTerminated) stop -= 1;
    }
    const newline = stop === 0 ? -1 : step.lastIndexOf(NEWLINE, stop - 1);
    steps.unshift(step.subarray(newline + 1, stop));
    if (newline >= 0) break;
  }
  return { isTerminated, line: new TextDecoder().decode(Buffer.concat(steps)) };
}

/**
 * Which descriptors can be read to their end. The runtime has some of its own among the low numbers:
 * read, they wait for ever, and closed, they take the process down with an abort.
 * https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html
 */
import { existsSync, fstatSync, readdirSync, readFileSync } from 'node:fs';

const TABLE = '/proc/self/fdinfo';
const ACCESS_MODE = 0o3;
const READ_ONLY = 0o0;
const WRITE_ONLY = 0o1;

/**
 * Whether an open descriptor is one to read from: nothing that only waits for events, not the
 * writing end of anything, and no pipe that this very process holds the writing end of. Without /proc
 * its type alone is known.
 *
 * @throws with `EBADF` where it is not open
 */
export function isReadable(descriptor: number): boolean {
  const stats = fstatSync(descriptor);
  // What waits for events is of no type.
  const isOfNone = !stats.isFile() && !stats.isFIFO() && !stats.isSocket() && !stats.isDirectory();
  if (isOfNone && !stats.isCharacterDevice() && !stats.isBlockDevice()) return false;
  if (!existsSync(TABLE)) return true;
  if (accessMode(descriptor) === WRITE_ONLY) return false;
  return !stats.isFIFO() || !othersOf(descriptor).some(isWritingEndOf(stats));
}

function isWritingEndOf({ dev, ino }: { dev: number; ino: number }) {
  return (descriptor: number): boolean => {
    const stats = fstatSync(descriptor);
    return stats.dev === dev && stats.ino === ino && accessMode(descriptor) !== READ_ONLY;
  };
}

/** The other open descriptors; the one that the table itself was read by is gone by now. */
function othersOf(descriptor: number): readonly number[] {
  const all = readdirSync(TABLE).map(Number);
  return all.filter((each) => each !== descriptor && isOpen(each));
}

function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
}

/** How it was opened: the two lowest bits of its flags. */
function accessMode(descriptor: number): number {
  const info = readFileSync(`${TABLE}/${descriptor}`, 'utf8');
  const flags = /^flags:\s*([0-7]+)$/mu.exec(info)?.[1] ?? '0';
  return Number.parseInt(flags, 8) & ACCESS_MODE;
}

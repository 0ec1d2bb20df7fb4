/** A word as a POSIX shell reads it back, for advice that is to be copied and run. */
import { printable } from './printable.ts';

/** What a shell takes as it stands. */
const BARE = /^[\w@%+:,./][\w@%+=:,./-]*$/u;

/** The path of a file as one word of a command: quoted where it has to be, and never an option. */
export function shellPath(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path;
  if (BARE.test(safe)) return safe;
  if (printable(safe) === safe) return `'${safe.replaceAll("'", "'\\''")}'`;
  return `$'${printable(safe.replace(/[\\']/gu, '\\$&'))}'`;
}

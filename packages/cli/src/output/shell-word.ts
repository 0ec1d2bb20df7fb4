/** A word as a POSIX shell reads it back, for advice that is to be copied and run. */
import { printable, UNSAFE } from './printable.ts';

/** What a shell takes as it stands. */
const BARE = /^[\w@%+:,./][\w@%+=:,./-]*$/u;

/** The path of a file as one word of a command: quoted where it has to be, and never an option. */
export function shellPath(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path;
  if (BARE.test(safe)) return safe;
  if (printable(safe) === safe) return `'${safe.replaceAll("'", "'\\''")}'`;
  return `$'${safe.replace(/[\\']/gu, '\\$&').replace(UNSAFE, octal)}'`;
}

/** Byte by byte: what a shell makes of the number of a character depends on its locale. */
function octal(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/**
 * A line on stderr from what is still under way. Whether anybody reads it is not what the work is
 * about: a reader that went away, or a full disk behind a log, must not end it.
 */
import { writeSync } from 'node:fs';

const STDERR = 2;

export function tell(line: string): void {
  try {
    writeSync(STDERR, `keywire: ${line}\n`);
  } catch {
    // Nobody is there to be told, least of all this.
  }
}

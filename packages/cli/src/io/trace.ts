/** Where `--trace` goes: stderr, a line for each message as it passes. */
import { writeSync } from 'node:fs';

const STDERR = 2;

export function traceLine(line: string): void {
  writeSync(STDERR, `keywire: ${line}\n`);
}

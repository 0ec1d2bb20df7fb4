// Writes a given number of bytes to stdout and a word to stderr, and says on descriptor 3 what
// writeOutput() answered and whether the bytes were wiped. "nonblocking" opens the stream first.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { writeOutput } from '../../../src/io/terminal/output.ts';

const [, , length, mode] = process.argv;
if (mode === 'nonblocking') process.stdout.write('');
const secret = new Uint8Array(Number(length)).fill(0x78);
const encoder = new TextEncoder();
const code = await writeOutput([
  { stream: 'stdout', bytes: secret },
  { stream: 'stdout', bytes: encoder.encode('|') },
  { stream: 'stderr', bytes: encoder.encode('word') },
  { stream: 'stdout', bytes: encoder.encode('end') },
]);
writeSync(3, JSON.stringify({ code, isWiped: secret.every((byte) => byte === 0) }));
process.exit(0);

// Reads stdin up to a chunk with a "!", or the file named, with a limit of 10 bytes, and says what came of it.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { readFile, readStdin } from '../../../src/io/input.ts';

const [, , file] = process.argv;
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
writeSync(1, 'reading\n');
try {
  const { signal } = controller;
  const isLast = (chunk: Uint8Array): boolean => chunk.includes(0x21);
  const bytes = await (file === undefined
    ? readStdin(10, signal, isLast)
    : readFile(file, 10, signal));
  writeSync(1, JSON.stringify([...bytes]));
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error;
  writeSync(1, JSON.stringify({ code: error.code, message: error.message }));
}
process.exit(0);

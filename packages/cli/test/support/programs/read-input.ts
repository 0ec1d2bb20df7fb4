// Reads stdin up to a chunk with a "!", or the file or descriptor named, with a limit of 10 bytes, and says what came of it.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { readDescriptor, readFile, readStdin } from '../../../src/io/terminal/input.ts';

const [, , file] = process.argv;
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
writeSync(1, 'reading\n');
try {
  const { signal } = controller;
  const isLast = (chunk: Uint8Array): boolean => chunk.includes(0x21);
  const request = { maxBytes: 10, subject: '--file', signal };
  const read = {
    stdin: () => readStdin(10, signal, isLast),
    file: () => readFile(file ?? '', request),
    descriptor: () => readDescriptor(Number(file), request),
  };
  const kind = file === undefined ? 'stdin' : /^\d+$/u.test(file) ? 'descriptor' : 'file';
  const bytes = await read[kind]();
  writeSync(1, JSON.stringify([...bytes]));
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error;
  writeSync(1, JSON.stringify({ code: error.code, message: error.message }));
}
process.exit(0);

// Asks a hidden question and says in hexadecimal what was typed, or the error's code.
import { writeSync } from 'node:fs';
import { readHidden } from '../../../src/io/terminal/read-hidden.ts';

try {
  const bytes = await readHidden('Question: ', new AbortController().signal);
  writeSync(1, `typed ${Buffer.from(bytes).toString('hex')}.\n`);
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error;
  writeSync(1, `failed ${String(error.code)}: ${error.message}.\n`);
}

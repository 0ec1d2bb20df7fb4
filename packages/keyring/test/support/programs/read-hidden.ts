// Asks a hidden question and says in hexadecimal what was typed, or the error's code.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { readHidden } from '../../../src/io/read-hidden.ts';

const controller = new AbortController();
process.once('SIGTERM', () => controller.abort());
if (process.argv.includes('aborted')) controller.abort();
if (process.argv.includes('three')) {
  const { signal } = controller;
  const asked = [readHidden('First: '), readHidden('Second: ', { signal }), readHidden('Third: ')];
  controller.abort();
  for (const { status, ...rest } of await Promise.allSettled(asked)) {
    const typed = 'value' in rest ? Buffer.from(rest.value).toString('hex') : rest.reason.code;
    writeSync(1, `${status} ${typed}.\n`);
  }
  process.exit();
}
try {
  const bytes = await readHidden('Question: ', { signal: controller.signal });
  writeSync(1, `typed ${Buffer.from(bytes).toString('hex')}.\n`);
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error;
  writeSync(1, `failed ${String(error.code)}.\n`);
}

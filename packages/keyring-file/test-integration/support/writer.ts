/**
 * Writes numbered secrets into a keyring file, and says each number once it is on disk.
 * Arguments: path, name of the writer, first number, last number.
 */
import process from 'node:process';
import { openKeyringFile } from '../../src/index.ts';
import { PASSWORD, SLOTS } from './writers.ts';

const [path = '', writer = '', first = '', last = ''] = process.argv.slice(2);
const file = await openKeyringFile(path, { password: PASSWORD, lockTimeoutMs: 120_000 });
for (let number = Number(first); number <= Number(last); number += 1) {
  const attributes = { writer, slot: String(number % SLOTS) };
  await file.put({ label: `${writer} ${number}`, attributes, secret: String(number) });
  process.stdout.write(`${number}\n`);
}

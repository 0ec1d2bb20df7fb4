/**
 * A process of the torture: takes the lock again and again, writes into the journal when it goes in
 * and out, and raises a counter by one each time through `replaceFile`. Ends when its stdin does.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { CrossProcessLock, replaceFile } from '../../src/index.ts';

const folder = process.argv[2] ?? '';
const journal = path.join(folder, 'journal');
const counter = path.join(folder, 'counter');
const ending = { isAsked: false };
process.stdin
  .on('data', () => {})
  .on('end', () => {
    ending.isAsked = true;
  });

while (!ending.isAsked) {
  await CrossProcessLock.run(path.join(folder, 'lock'), raiseCounter, { timeoutMs: 60_000 });
  await turns(Math.random() * 20);
}

async function raiseCounter(): Promise<void> {
  const value = Number(readFileSync(counter, 'latin1'));
  const visit = `${process.pid}-${Math.random()}`;
  appendFileSync(journal, `in ${visit} ${value}\n`);
  await turns(Math.random() * 50);
  await replaceFile(counter, new TextEncoder().encode(String(value + 1)));
  appendFileSync(journal, `out ${visit} ${value + 1}\n`);
}

/** Lets the event loop turn, so that a kill meets every stage. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

// The real worker, which a request ends as its user name says before the keyring answers, or after.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parentPort } from 'node:worker_threads';
import { SharedBlock } from '../../../src/drop-ins/shared-block.ts';
import { decodeFrame } from '../../../src/drop-ins/sync-frame.ts';
import type { SyncRequest, WorkerMessage } from '../../../src/types/sync.ts';

// Registered before the real one, which takes the request out of its block.
parentPort?.on('message', ({ memory }: WorkerMessage) => {
  const copy = new SharedArrayBuffer(memory.byteLength);
  new Uint8Array(copy).set(new Uint8Array(memory));
  const { operation } = decodeFrame<SyncRequest>(new SharedBlock(copy).take()).head;
  if (operation.name === 'search') return;
  const { service, username } = operation.key;
  if (username === 'throw') throw new RangeError('nobody catches this');
  if (username === 'exit') process.exit(3);
  if (username === 'end without a word') endWithoutAWord();
  if (username === 'answer, then exit') endAfterAnswer(new Int32Array(memory), service);
});
await import('../../../src/io/sync-worker.ts');

/** As where the memory of the worker is used up: nothing of it runs any more. */
function endWithoutAWord(): never {
  process.removeAllListeners('exit');
  process.exit(1);
}

/** @param told - the file that says so */
function endAfterAnswer(block: Int32Array, told: string): void {
  process.on('exit', () => writeFileSync(told, ''));
  setInterval(() => {
    if (Atomics.load(block, 0) !== 0) process.exit(0);
  }, 1);
}

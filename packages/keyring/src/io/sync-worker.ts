/**
 * The worker behind the synchronous form: it waits for a block of shared memory with a request in
 * it, and wakes the thread that waits when the reply is there. The build embeds it, with all it
 * imports, as one string.
 */
import { readlinkSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parentPort, resourceLimits, workerData } from 'node:worker_threads';
import { openTargetBackend } from '../drop-ins/drop-in-backends.ts';
import { KeptBackends } from '../drop-ins/kept-backends.ts';
import { SharedBlock } from '../drop-ins/shared-block.ts';
import { answerSync } from '../drop-ins/sync-server.ts';
import type { WorkerMessage } from '../types/sync.ts';

const backends = new KeptBackends(openTargetBackend);
let current = new AbortController();
/** A reply that was too long for its block, until the thread comes with a longer one. */
let rest: Uint8Array = new Uint8Array(0);

async function serve(block: SharedBlock): Promise<void> {
  current = new AbortController();
  const { signal } = current;
  const reply = await answerSync(block.take(), (place) => backends.open(place), signal);
  // When it was aborted, the thread has given up and may wait for something else by now.
  if (signal.aborted || block.give(reply)) reply.fill(0);
  else rest = reply;
}

parentPort?.on('message', ({ kind, memory }: WorkerMessage) => {
  if (kind === 'abort') current.abort();
  else if (kind === 'request') void serve(new SharedBlock(memory));
  else {
    new SharedBlock(memory).give(rest);
    rest.fill(0);
  }
});

/**
 * Where it can be seen that this thread lives. Where a worker has a limit of memory, reaching it ends the
 * worker alone, and nothing of it runs any more; elsewhere the program ends with it.
 */
function threadFolder(): string {
  if (Object.keys(resourceLimits).length === 0) return '';
  try {
    return path.join('/proc', readlinkSync('/proc/thread-self'));
  } catch {
    // There is no /proc, or it may not be read: then an end that is not told is noticed at the deadline.
    return '';
  }
}

const lifeline = new SharedBlock(workerData);
// Whatever ends this worker, an error that nobody caught included: a thread that waits must not wait on.
// @rule keyring/dead-worker-is-told keywire#nothing-hangs
process.on('exit', () => lifeline.end());
// The thread that started this waits to hear that it runs.
lifeline.give(new TextEncoder().encode(threadFolder()));

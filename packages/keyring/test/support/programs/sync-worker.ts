// Does by hand what the synchronous backend does with its worker, and prints the replies' outcomes.
import { Worker } from 'node:worker_threads';
import { SharedBlock } from '../../../src/drop-ins/shared-block.ts';
import { decodeFrame, encodeFrame } from '../../../src/drop-ins/sync-frame.ts';
import { workerSource } from '../../../src/io/worker-source.ts';
import type { SyncReply } from '../../../src/types/sync.ts';

const DEADLINE_MS = 30_000;
const request = {
  place: { busAddress: 'unix:path=/nonexistent/bus', interactive: false },
  operation: { name: 'get', key: { service: 'service', username: 'ada' } },
};

function outcomeOf(block: SharedBlock): string {
  const { head } = decodeFrame<SyncReply>(block.take());
  return head.outcome === 'failed' ? head.failure.code : head.outcome;
}

const start = SharedBlock.holding(new Uint8Array(0), 0);
const worker = new Worker(workerSource, { workerData: start.memory });
const printed: unknown[] = [start.wait(DEADLINE_MS)];

const roomy = SharedBlock.holding(encodeFrame({ head: request, secrets: [] }));
worker.postMessage({ kind: 'request', memory: roomy.memory });
printed.push(roomy.wait(DEADLINE_MS), roomy.isTooShort, outcomeOf(roomy));

// The reply does not fit: it waits for a longer block.
const tight = SharedBlock.holding(encodeFrame({ head: request, secrets: [] }), 0);
worker.postMessage({ kind: 'request', memory: tight.memory });
printed.push(tight.wait(DEADLINE_MS), tight.isTooShort);
const longer = SharedBlock.holding(new Uint8Array(0), tight.length);
worker.postMessage({ kind: 'rest', memory: longer.memory });
printed.push(longer.wait(DEADLINE_MS), longer.isTooShort, outcomeOf(longer));

console.log(JSON.stringify(printed));
await worker.terminate();

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { workerSource } from '../../src/io/worker-source.ts';
import { SharedBlock } from '../../src/shared-block.ts';
import { decodeFrame, encodeFrame } from '../../src/sync-frame.ts';
import type { SyncReply } from '../../src/types/sync.ts';

const REQUEST = {
  place: { busAddress: 'unix:path=/nonexistent/bus', interactive: false },
  operation: { name: 'get', key: { service: 'service', username: 'ada' } },
};

test('sync-worker: says that it runs, takes a request and gives its reply', async () => {
  const start = SharedBlock.holding(new Uint8Array(0), 0);
  const worker = new Worker(workerSource, { workerData: start.memory });
  try {
    assert.ok(start.wait(30_000));
    const block = SharedBlock.holding(encodeFrame({ head: REQUEST, secrets: [] }));
    worker.postMessage({ kind: 'request', memory: block.memory });
    assert.ok(block.wait(30_000));
    const { head } = decodeFrame<SyncReply>(block.take());
    assert.ok(head.outcome === 'failed' && head.failure.code === 'unavailable');
  } finally {
    await worker.terminate();
  }
});

test('sync-worker: a reply that does not fit waits for a longer block', async () => {
  const start = SharedBlock.holding(new Uint8Array(0), 0);
  const worker = new Worker(workerSource, { workerData: start.memory });
  const ended = once(worker, 'exit');
  assert.ok(start.wait(30_000));
  const request = encodeFrame({ head: REQUEST, secrets: [] });
  const block = SharedBlock.holding(request, 0);
  worker.postMessage({ kind: 'request', memory: block.memory });
  assert.ok(block.wait(30_000));
  assert.ok(block.isTooShort);
  const longer = SharedBlock.holding(new Uint8Array(0), block.length);
  worker.postMessage({ kind: 'rest', memory: longer.memory });
  assert.ok(longer.wait(30_000));
  const { head } = decodeFrame<SyncReply>(longer.take());
  assert.equal(head.outcome, 'failed');
  await worker.terminate();
  await ended;
});

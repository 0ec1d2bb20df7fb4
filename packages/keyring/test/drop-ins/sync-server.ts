import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../src/drop-ins/sync-frame.ts';
import { answerSync } from '../../src/drop-ins/sync-server.ts';
import { keyringError } from '../../src/errors.ts';
import { type Backend, memoryBackend } from '../../src/index.ts';
import type { SyncOperation, SyncReply } from '../../src/types/sync.ts';

const KEY = { service: 'service', username: 'ada' };
const SECRET = new TextEncoder().encode('hunter2');

async function ask(
  backend: Backend | Error,
  operation: SyncOperation,
  secrets: readonly Uint8Array[] = [],
  signal: AbortSignal = new AbortController().signal,
): Promise<Frame<SyncReply>> {
  const request = encodeFrame({ head: { place: { interactive: false }, operation }, secrets });
  const open = async (): Promise<Backend> => {
    if (backend instanceof Error) throw backend;
    return backend;
  };
  const reply = await answerSync(request, open, signal);
  assert.ok(
    request.every((byte) => byte === 0),
    'the request is wiped',
  );
  return decodeFrame<SyncReply>(reply);
}

test('each operation of a backend', async () => {
  const backend = memoryBackend();
  const done = (count: number): Frame<SyncReply> => ({
    head: { outcome: 'done', count },
    secrets: [],
  });
  const nothing = { head: { outcome: 'found', keys: [] }, secrets: [] };
  assert.deepEqual(await ask(backend, { name: 'get', key: KEY }), nothing);
  assert.deepEqual(await ask(backend, { name: 'set', key: KEY }, [SECRET]), done(1));
  const found = { head: { outcome: 'found', keys: [KEY] }, secrets: [SECRET] };
  assert.deepEqual(await ask(backend, { name: 'get', key: KEY }), found);
  assert.deepEqual(await ask(backend, { name: 'search', filter: { service: 'service' } }), found);
  assert.deepEqual(await ask(backend, { name: 'delete', key: KEY }), done(1));
  assert.deepEqual(await ask(backend, { name: 'delete', key: KEY }), done(0));
});

test('an error becomes a reply with its code, message and advice', async () => {
  const error = keyringError('unavailable', 'keyring');
  const { head } = await ask(error, { name: 'get', key: KEY });
  const { code, message, advice, mayHaveHappened } = error;
  assert.deepEqual(head, {
    outcome: 'failed',
    failure: { code, message, advice, mayHaveHappened },
  });
  const unknown = await ask(new RangeError('hm'), { name: 'get', key: KEY });
  assert.ok(unknown.head.outcome === 'failed');
  assert.equal(unknown.head.failure.code, 'backend-failed');
  assert.equal(unknown.head.failure.cause, 'hm');
});

test('a signal ends the operation', async () => {
  const { head } = await ask(memoryBackend(), { name: 'get', key: KEY }, [], AbortSignal.abort());
  assert.ok(head.outcome === 'failed' && head.failure.code === 'aborted');
});

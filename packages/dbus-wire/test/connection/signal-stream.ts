import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message } from '../../src/codec/message.ts';
import { SignalStream } from '../../src/connection/signal-stream.ts';
import { rejectsCode } from '../support/expect-error.ts';

const SIGNAL = decodeMessage(
  encodeMessage({ type: 'signal', serial: 1, path: '/', interface: 'a.b', member: 'M' }),
);

test('streams: readers get what waits when it is closed, then the end', async () => {
  const stream = new SignalStream({}, () => {});
  stream.push(SIGNAL);
  stream.close();
  stream.push(SIGNAL);
  const seen: Message[] = [];
  for await (const signal of stream) seen.push(signal);
  assert.deepEqual(seen, [SIGNAL]);
});

test('streams: ready when acknowledged, or never', async () => {
  const acknowledged = new SignalStream({}, () => {});
  acknowledged.acknowledge();
  await acknowledged.ready;
  const refused = new SignalStream({}, () => {});
  refused.end(new Error('LimitsExceeded'));
  await assert.rejects(refused.ready, /LimitsExceeded/);
  const closed = new SignalStream({}, () => {});
  await closed[Symbol.asyncDispose]();
  await rejectsCode(closed.ready, 'closed');
});

test('streams: the reader is bounded and may leave', async () => {
  let forgotten = 0;
  const stream = new SignalStream({ queueLimit: 2 }, () => forgotten++);
  for (let count = 0; count < 5; count++) stream.push(SIGNAL);
  assert.equal(stream.dropped, 3);
  for await (const _ of stream) break;
  assert.equal(forgotten, 1);
  stream.close();
  assert.equal(forgotten, 1);
  const usual = new SignalStream({}, () => {});
  for (let count = 0; count < 257; count++) usual.push(SIGNAL);
  assert.equal(usual.dropped, 1);
});

test('streams: an abort signal ends one, before or later, and is let go of', async () => {
  const reason = new Error('enough');
  const aborted = new SignalStream({}, () => {});
  aborted.endOn(AbortSignal.abort(reason));
  await rejectsCode(aborted.ready, 'aborted');
  await assert.rejects(aborted.ready, { cause: reason });
  assert.equal((await aborted[Symbol.asyncIterator]().next()).done, true);

  const later = new SignalStream({}, () => {});
  const controller = new AbortController();
  later.acknowledge();
  later.endOn(controller.signal);
  later.push(SIGNAL);
  controller.abort(reason);
  await later.ready;
  const seen: Message[] = [];
  for await (const signal of later) seen.push(signal);
  assert.deepEqual(seen, [SIGNAL]);

  const removed: string[] = [];
  const { signal } = new AbortController();
  signal.removeEventListener = (type: string) => removed.push(type);
  const closed = new SignalStream({}, () => {});
  closed.endOn(signal);
  assert.deepEqual(removed, []);
  closed.close();
  assert.deepEqual(removed, ['abort']);
});

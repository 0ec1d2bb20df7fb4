import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../src/decode-message.ts';
import { encodeMessage } from '../src/encode-message.ts';
import type { Message } from '../src/message.ts';
import { SignalStream } from '../src/signal-stream.ts';
import { rejectsCode } from './support/expect-error.ts';

function signal(sender: string, member = 'M'): Message {
  const init = { type: 'signal', serial: 1, sender, path: '/', interface: 'a.b', member } as const;
  return decodeMessage(encodeMessage(init));
}

const owns = (unique: string, name: string): boolean => unique === ':1.5' && name === 'a.b';

// @rule connection/signal-from-owner
test("streams: only the owner of the rule's sender passes, whatever arrives", async () => {
  const stream = new SignalStream({ sender: 'a.b', member: 'M' }, {}, () => {});
  stream.offer(signal(':1.6'), owns);
  stream.offer(signal(':1.5', 'N'), owns);
  stream.offer(signal(':1.5'), owns);
  stream.close();
  const seen: (string | undefined)[] = [];
  for await (const { sender } of stream) seen.push(sender);
  assert.deepEqual(seen, [':1.5']);
});

test('streams: ready when acknowledged, or never', async () => {
  const acknowledged = new SignalStream({}, {}, () => {});
  acknowledged.acknowledge();
  await acknowledged.ready;
  const refused = new SignalStream({}, {}, () => {});
  refused.end(new Error('LimitsExceeded'));
  await assert.rejects(refused.ready, /LimitsExceeded/);
  const closed = new SignalStream({}, {}, () => {});
  await closed[Symbol.asyncDispose]();
  await rejectsCode(closed.ready, 'closed');
});

test('streams: the reader is bounded and may leave', async () => {
  let forgotten = 0;
  const stream = new SignalStream({}, { queueLimit: 2 }, () => forgotten++);
  for (let count = 0; count < 5; count++) stream.offer(signal(':1.5'), owns);
  assert.equal(stream.dropped, 3);
  for await (const _ of stream) break;
  stream.close();
  assert.equal(forgotten, 1);
});

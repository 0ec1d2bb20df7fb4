import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { TrackedName } from '../../src/connection/name-owners.ts';
import { PendingReply, type PendingReplyInit } from '../../src/connection/pending-reply.ts';
import { isConnectionError } from '../../src/connection-error.ts';

const REPLY = decodeMessage(encodeMessage({ type: 'method_return', serial: 1, replySerial: 2 }));

function start(init: Partial<PendingReplyInit> = {}) {
  const log: string[] = [];
  const call = new PendingReply({
    serial: 2,
    deadline: 0,
    callees: new Set(),
    name: undefined,
    isBound: false,
    settled: () => log.push('settled'),
    answered: () => log.push('answered'),
    failed: (error) => log.push(isConnectionError(error) ? error.code : error.message),
    ...init,
  });
  return { call, log };
}

test('pending replies: settle before they tell', () => {
  const answered = start();
  answered.call.answer(REPLY);
  assert.deepEqual(answered.log, ['settled', 'answered']);
  const expired = start();
  expired.call.expire();
  assert.deepEqual(expired.log, ['settled', 'deadline']);
});

// @rule connection/owner-changed
test('pending replies: a call bound to an owner fails with it', () => {
  const tracked = new TrackedName('a.b');
  tracked.setOwner(':1.5');
  const { log } = start({ callees: new Set([':1.5']), name: tracked, isBound: true });
  tracked.setOwner(':1.5');
  assert.deepEqual(log, []);
  tracked.setOwner(':1.6');
  tracked.setOwner(':1.7');
  assert.deepEqual(log, ['settled', 'owner-changed']);
  assert.equal(tracked.listeners.size, 0);
});

test('pending replies: a call to a name takes up every owner it may have reached', () => {
  const tracked = new TrackedName('a.b');
  tracked.setOwner(':1.5');
  const { call, log } = start({ name: tracked });
  tracked.setOwner(undefined);
  tracked.setOwner(':1.6');
  assert.deepEqual([...(call.callees ?? [])], [':1.5', ':1.6']);
  assert.deepEqual(log, []);
});

test('pending replies: not knowing the owner fails the call', () => {
  const { call, log } = start({ name: new TrackedName('a.b') });
  call.fail(new Error('LimitsExceeded'));
  assert.deepEqual(log, ['settled', 'LimitsExceeded']);
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { isConnectionError } from '../src/connection-error.ts';
import { decodeMessage } from '../src/decode-message.ts';
import { encodeMessage } from '../src/encode-message.ts';
import { TrackedName } from '../src/name-owners.ts';
import { PendingReply } from '../src/pending-reply.ts';
import type { ReplyBinding } from '../src/reply-table.ts';

const REPLY = decodeMessage(encodeMessage({ type: 'method_return', serial: 1, replySerial: 2 }));

function start(binding: ReplyBinding, tracked?: TrackedName) {
  const log: string[] = [];
  const call = new PendingReply({
    serial: 2,
    deadline: 0,
    binding,
    isCounted: true,
    tracked,
    settled: () => log.push('settled'),
    answered: () => log.push('answered'),
    failed: (error) => log.push(isConnectionError(error) ? error.code : error.message),
  });
  return { call, log };
}

test('pending replies: settle before they tell', () => {
  const answered = start({ kind: 'anyone' });
  answered.call.answer(REPLY);
  assert.deepEqual(answered.log, ['settled', 'answered']);
  const expired = start({ kind: 'anyone' });
  expired.call.expire();
  assert.deepEqual(expired.log, ['settled', 'deadline']);
});

// @rule connection/owner-changed
test('pending replies: a call bound to an owner fails with it', () => {
  const tracked = new TrackedName('a.b');
  tracked.setOwner(':1.5');
  const { log } = start({ kind: 'sender', sender: ':1.5' }, tracked);
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
  const owners = new Set<string>();
  const { log } = start({ kind: 'owners', owners }, tracked);
  tracked.setOwner(undefined);
  tracked.setOwner(':1.6');
  assert.deepEqual([...owners], [':1.5', ':1.6']);
  assert.deepEqual(log, []);
});

test('pending replies: not knowing the owner fails the call', () => {
  const { call, log } = start({ kind: 'owners', owners: new Set() }, new TrackedName('a.b'));
  call.ownerUnknown(new Error('LimitsExceeded'));
  assert.deepEqual(log, ['settled', 'LimitsExceeded']);
});

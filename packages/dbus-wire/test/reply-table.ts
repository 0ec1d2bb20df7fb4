import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../src/decode-message.ts';
import { encodeMessage } from '../src/encode-message.ts';
import type { Message } from '../src/message.ts';
import { type PendingCall, type ReplyBinding, ReplyTable } from '../src/reply-table.ts';

const BUS = 'org.freedesktop.DBus';

function pending(serial: number, binding: ReplyBinding): PendingCall {
  return {
    serial,
    binding,
    deadline: Number.POSITIVE_INFINITY,
    isCounted: true,
    answer: () => {},
    fail: () => {},
    expire: () => {},
  };
}

function reply(replySerial: number, sender?: string, errorName?: string): Message {
  const init = { serial: 1, replySerial, ...(sender === undefined ? {} : { sender }) };
  return decodeMessage(
    encodeMessage(
      errorName === undefined
        ? { type: 'method_return', ...init }
        : { type: 'error', errorName, ...init },
    ),
  );
}

// @rule connection/reply-from-callee
// @rule connection/error-from-bus
test('replies: from the unique name that was asked, or an error from the bus', () => {
  const table = new ReplyTable();
  const call = pending(7, { kind: 'sender', sender: ':1.5' });
  table.add(call);
  for (const forged of [
    reply(7, ':1.6'),
    reply(7, BUS),
    reply(7),
    reply(7, ':1.6', 'a.B'),
    reply(8, ':1.5'),
  ]) {
    assert.equal(table.take(forged), undefined);
  }
  assert.equal(table.size, 1);
  assert.equal(table.take(reply(7, ':1.5')), call);
  assert.equal(table.take(reply(7, ':1.5')), undefined);
  table.add(call);
  assert.equal(table.take(reply(7, BUS, 'org.freedesktop.DBus.Error.NoReply')), call);
});

// @rule connection/reply-from-owner
test('replies: from whoever owned the name while the call was pending', () => {
  const table = new ReplyTable();
  const owners = new Set<string>();
  const call = pending(3, { kind: 'owners', owners });
  table.add(call);
  assert.equal(table.take(reply(3, ':1.5')), undefined);
  assert.equal(table.take(reply(3)), undefined);
  owners.add(':1.5').add(':1.9');
  assert.equal(table.take(reply(3, ':1.6')), undefined);
  assert.equal(table.take(reply(3, ':1.9')), call);
});

test('replies: without a bus from the one other side', () => {
  const table = new ReplyTable();
  const call = pending(3, { kind: 'anyone' });
  table.add(call);
  assert.equal(table.take(reply(3)), call);
});

// @rule connection/serial-wrap
test('serials: never 0, never one that is waited for, never one of the proxy', () => {
  const table = new ReplyTable(0xffff_ffff - 65_537);
  assert.equal(table.nextSerial(), 0xffff_ffff - 65_537);
  assert.equal(table.nextSerial(), 0xffff_ffff - 65_536);
  table.add(pending(1, { kind: 'anyone' }));
  table.add(pending(2, { kind: 'anyone' }));
  assert.equal(table.nextSerial(), 3);
});

test('table: removing and taking everything', () => {
  const table = new ReplyTable();
  const [first, second] = [1, 2].map((serial) => pending(serial, { kind: 'anyone' }));
  assert.ok(first && second);
  table.add(first);
  table.add(second);
  assert.equal(table.remove(first), true);
  assert.equal(table.remove(first), false);
  assert.deepEqual(table.takeAll(), [second]);
  assert.equal(table.size, 0);
});

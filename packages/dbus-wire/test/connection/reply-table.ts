import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message } from '../../src/codec/message.ts';
import { type PendingCall, ReplyTable } from '../../src/connection/reply-table.ts';

const BUS = 'org.freedesktop.DBus';

const pending = (serial: number, callees?: ReadonlySet<string>): PendingCall => ({
  serial,
  callees,
});

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
  const call = pending(7, new Set([':1.5']));
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
  const call = pending(3, owners);
  table.add(call);
  assert.equal(table.take(reply(3, ':1.5')), undefined);
  assert.equal(table.take(reply(3)), undefined);
  owners.add(':1.5').add(':1.9');
  assert.equal(table.take(reply(3, ':1.6')), undefined);
  assert.equal(table.take(reply(3, ':1.9')), call);
});

test('replies: without a bus from the one other side', () => {
  const table = new ReplyTable();
  const call = pending(3);
  table.add(call);
  assert.equal(table.take(reply(3)), call);
});

// @rule connection/serial-wrap
test('serials: never 0, never one that is waited for, never one of the proxy', () => {
  assert.equal(new ReplyTable().nextSerial(), 1);
  const table = new ReplyTable(0xffff_ffff - 65_537);
  assert.equal(table.nextSerial(), 0xffff_ffff - 65_537);
  assert.equal(table.nextSerial(), 0xffff_ffff - 65_536);
  table.add(pending(1));
  table.add(pending(2));
  assert.equal(table.nextSerial(), 3);
  const wrapping = new ReplyTable(0xffff_ffff - 65_536);
  wrapping.nextSerial();
  assert.equal(wrapping.nextSerial(), 1);
});

test('table: going through the calls while they are removed', () => {
  const table = new ReplyTable<PendingCall>();
  const [first, second, third] = [1, 2, 3].map((serial) => pending(serial));
  assert.ok(first && second && third);
  for (const call of [first, second, third]) table.add(call);
  const seen: PendingCall[] = [];
  for (const call of table.calls()) {
    seen.push(call);
    table.remove(call);
    table.remove(second);
  }
  assert.deepEqual(seen, [first, third]);
  assert.equal(table.size, 0);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { OpenHeader } from '../../src/codec/header.ts';
import { readHeader } from '../../src/codec/header-reader.ts';
import type { MessageInit } from '../../src/codec/message.ts';
import { Reader } from '../../src/codec/reader.ts';
import { isWireError } from '../../src/codec/wire-error.ts';

const INIT: MessageInit = {
  type: 'method_call',
  serial: 7,
  path: '/a/b',
  interface: 'a.b',
  member: 'Member',
  replySerial: 9,
  destination: ':1.5',
  sender: ':1.6',
  signature: 'u',
  body: [1],
};

/** The header of a message that was encoded, from memory or not. */
function parsed(init: MessageInit): OpenHeader {
  const bytes = encodeMessage(init);
  const reader = new Reader();
  reader.load(bytes, 0, bytes.length, init.byteOrder !== 'big', false);
  return readHeader(reader);
}

/** Everything that a decoder says of some bytes. */
function outcome(bytes: Uint8Array): unknown {
  try {
    return { ...decodeMessage(bytes) };
  } catch (error) {
    if (isWireError(error)) return `${error.code} at ${error.offset}`;
    throw error;
  }
}

test('a header that differs in its numbers only is read from memory, with its own numbers', () => {
  for (const byteOrder of ['little', 'big'] as const) {
    decodeMessage(encodeMessage({ ...INIT, byteOrder }));
    const next = { ...INIT, serial: 0xfffffffe, flags: 3, replySerial: 0xfffffffd, byteOrder };
    const message = decodeMessage(encodeMessage({ ...next, body: [2] }));
    const expected = { ...next, body: [2], typeCode: 1, errorName: undefined };
    assert.deepEqual({ ...message }, expected);
  }
});

test('a header that is remembered is not parsed again, also where others alternate with it', () => {
  const inits: readonly MessageInit[] = (['little', 'big'] as const).flatMap((byteOrder) => [
    { ...INIT, byteOrder, body: [1] },
    { type: 'method_return', serial: 1, replySerial: 9, sender: ':1.6', byteOrder },
    { type: 'error', serial: 1, replySerial: 9, errorName: 'a.b', byteOrder },
    { type: 'signal', serial: 1, path: '/', interface: 'a.b', member: 'M', byteOrder },
  ]);
  for (const init of inits) {
    const other: MessageInit = { ...INIT, type: 'signal', path: '/a/b/c', signature: '', body: [] };
    const first = parsed(init);
    parsed(other);
    const change = init.replySerial === undefined ? {} : { replySerial: 0xfedcba98 };
    const again = parsed({ ...init, serial: 0x89abcdef, flags: 0xff, ...change });
    assert.equal(again, first, `${init.type} ${init.byteOrder}`);
  }
});

test('a remembered header is read for the form of arrays that is asked for', () => {
  const bytes = encodeMessage({ ...INIT, signature: 'ai', body: [[1, 2]] });
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(decodeMessage(bytes).body, [[1, 2]]);
    assert.deepEqual(decodeMessage(bytes, { bulk: 'typed' }).body, [Int32Array.of(1, 2)]);
  }
});

// @rule wire/serial-zero
// @rule wire/reply-serial-zero
test('the numbers are checked although the rest is known', () => {
  const bytes = encodeMessage(INIT);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  decodeMessage(bytes);
  view.setUint32(8, 0, true);
  assert.equal(outcome(bytes), 'serial-zero at 8');
  view.setUint32(8, 1, true);
  const at = bytes.indexOf(9);
  view.setUint32(at, 0, true);
  assert.equal(outcome(bytes), `reply-serial-zero at ${at}`);
});

test('one byte changed anywhere: memory of the unchanged header makes no difference', () => {
  const bytes = encodeMessage(INIT);
  // Of the same length, so that it takes the place of the other in the memory.
  const other = encodeMessage({ ...INIT, member: 'Nember' });
  for (let at = 0; at < bytes.length; at += 1) {
    for (const change of [1, 0x20, 0x80]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ change;
      decodeMessage(bytes);
      const known = outcome(changed);
      decodeMessage(other);
      assert.deepEqual(known, outcome(changed), `byte ${at}, ${change}`);
    }
  }
});

test('a header whose fields end elsewhere is another one', () => {
  const bytes = encodeMessage(INIT);
  const other = encodeMessage({ ...INIT, member: 'Nember' });
  const { buffer, byteOffset } = bytes;
  const fieldsLength = new DataView(buffer, byteOffset).getUint32(12, true);
  for (let shorter = 8; shorter < fieldsLength; shorter += 8) {
    const changed = bytes.slice();
    const view = new DataView(changed.buffer);
    // The body begins with what were fields: the message is as long as before.
    view.setUint32(12, fieldsLength - shorter, true);
    view.setUint32(4, 4 + shorter, true);
    decodeMessage(bytes);
    const known = outcome(changed);
    decodeMessage(other);
    assert.deepEqual(known, outcome(changed), `${shorter} bytes`);
    assert.equal(typeof known, 'string');
  }
});

test('a fault is not remembered as a header', () => {
  const bytes = encodeMessage(INIT);
  const broken = bytes.slice();
  broken[bytes.indexOf(0x4d)] = 0x2e;
  for (let i = 0; i < 3; i += 1) assert.match(String(outcome(broken)), /^member-invalid/u);
  assert.equal(decodeMessage(bytes).member, 'Member');
});

test('a header too long to be remembered is read each time', () => {
  const init: MessageInit = { ...INIT, path: `/${'x'.repeat(600)}` };
  for (const serial of [1, 2, 3]) {
    const message = decodeMessage(encodeMessage({ ...init, serial }));
    assert.equal(message.serial, serial);
    assert.equal(message.path, init.path);
  }
});

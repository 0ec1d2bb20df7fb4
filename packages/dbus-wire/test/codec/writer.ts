import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isWireError } from '../../src/codec/wire-error.ts';
import { pad, put, SLACK, Writer, withWriter } from '../../src/codec/writer.ts';

const MIB = 1024 * 1024;

/** Writes and takes a message of `length` bytes of `fill`. */
function message(
  w: Writer,
  length: number,
  fill: number,
  hasBytes = false,
): Uint8Array<ArrayBuffer> {
  w.reset(true);
  w.hasBytes = hasBytes;
  w.reserve(length);
  w.plain.fill(fill, w.pos, w.pos + length);
  w.pos += length;
  const taken = w.take();
  w.clear();
  return taken;
}

test('each step leaves zeroed padding before its place', () => {
  const w = new Writer();
  w.plain.fill(0xee);
  assert.deepEqual(
    [put(w, 1), put(w, 2), put(w, 1), put(w, 4), put(w, 1), put(w, 8), put(w, 1), pad(w, 8)],
    [0, 2, 4, 8, 12, 16, 24, 32],
  );
  const padding = [1, 5, 6, 7, 13, 14, 15, 25, 26, 27, 28, 29, 30, 31];
  assert.deepEqual(
    padding.filter((at) => w.plain[at] !== 0),
    [],
  );
});

test('messages without bytes lie side by side and keep what they say', () => {
  const w = new Writer();
  const messages = Array.from({ length: 1000 }, (_, i) => message(w, 1 + (i % 900), i & 0xff));
  for (const [i, bytes] of messages.entries()) {
    assert.equal(bytes.length, 1 + (i % 900));
    assert.ok(
      bytes.every((byte) => byte === (i & 0xff)),
      `message ${i}`,
    );
    assert.equal(bytes.byteOffset % 8, 0);
  }
  const buffers = new Set(messages.map(({ buffer }) => buffer));
  assert.ok(buffers.size > 5 && buffers.size < 100, `${buffers.size} buffers`);
});

test('a message with bytes has a buffer of its own, and leaves nothing behind', () => {
  const w = new Writer();
  for (const length of [10, 900, 5000, 100_000]) {
    const scratch = w.plain;
    const bytes = message(w, length, 7, true);
    assert.equal(bytes.buffer.byteLength, length);
    assert.ok(bytes.every((byte) => byte === 7));
    assert.ok(
      scratch.every((byte) => byte === 0),
      `${length}`,
    );
    assert.ok(
      w.plain.every((byte) => byte === 0),
      `${length}`,
    );
  }
});

test('a message that outgrows its buffer keeps what was written, and its places', () => {
  const w = new Writer();
  message(w, 100, 1);
  w.reset(true);
  const { base } = w;
  for (let i = 0; i < 3000; i += 1) {
    w.reserve(100);
    w.plain.fill(i & 0xff, w.pos, w.pos + 100);
    w.pos += 100;
  }
  assert.equal(w.base, base);
  const taken = w.take();
  w.clear();
  assert.equal(taken.length, 300_000);
  for (let i = 0; i < 3000; i += 1) assert.equal(taken[i * 100 + 99], i & 0xff);
  assert.equal(message(w, 50, 9).length, 50);
});

test('a large buffer is used again, a huge one is given back', () => {
  const w = new Writer();
  const growTo = (length: number): Uint8Array => {
    w.reset(true);
    for (let i = 0; i * 1000 < length; i += 1) {
      w.reserve(1000);
      w.pos += 1000;
    }
    const buffer = w.plain;
    w.clear();
    return buffer;
  };
  const spare = growTo(MIB);
  assert.equal(growTo(MIB), spare);
  message(w, MIB, 1);
  assert.equal(growTo(MIB), spare);
  assert.ok(growTo(9 * MIB).length > 9 * MIB);
  assert.ok(growTo(100_000).length < MIB);
});

test('a buffer made to measure is handed out, and never written again', () => {
  const w = new Writer();
  const first = message(w, MIB, 1, true);
  assert.ok(first.buffer.byteLength - first.length <= 3 * SLACK);
  w.reset(true);
  w.hasBytes = true;
  w.reserve(MIB);
  w.plain.fill(9, w.pos, w.pos + 100);
  w.pos += 100;
  const unfinished = w.plain;
  w.clear();
  assert.ok(unfinished.every((byte) => byte === 0));
  const second = message(w, MIB, 2, true);
  assert.notEqual(first.buffer, second.buffer);
  assert.ok(first.every((byte) => byte === 1));
});

test('somebody may transfer the buffer of a message away', () => {
  const w = new Writer();
  const bytes = message(w, 40, 3);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  assert.deepEqual([...message(w, 4, 5)], [5, 5, 5, 5]);
});

test('one writer serves one message after the other, and another one what is encoded within', () => {
  const first = withWriter(true, (w) => w);
  withWriter(false, (outer) => {
    assert.equal(outer, first);
    assert.equal(outer.little, false);
    assert.notEqual(
      withWriter(true, (inner) => inner),
      outer,
    );
    assert.equal(outer.little, false);
  });
  assert.throws(() => withWriter(true, () => assert.fail('within')), /within/u);
  assert.equal(
    withWriter(true, (w) => w),
    first,
  );
});

// @rule wire/message-too-long
test('more than 2^27 bytes are refused before they are allocated', () => {
  const w = new Writer();
  message(w, 64, 1);
  w.reset(true);
  const tooLong = (error: unknown): boolean =>
    isWireError(error) && error.code === 'message-too-long' && error.offset === 0;
  assert.throws(() => w.reserve(2 ** 27 + 1), tooLong);
  assert.ok(w.plain.length < MIB);
});

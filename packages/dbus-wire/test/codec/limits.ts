import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  MAX_ARRAY_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_SIGNATURE_BYTES,
  MAX_SIGNATURE_DEPTH,
} from '../../src/codec/limits.ts';
import { marshal } from '../../src/codec/marshal.ts';
import { MessageParser } from '../../src/codec/message-parser.ts';
import { isSignature } from '../../src/codec/signature.ts';
import { unmarshal } from '../../src/codec/unmarshal.ts';
import { isWireError, type WireErrorCode } from '../../src/codec/wire-error.ts';

const hasCode = (code: WireErrorCode) => (error: unknown) =>
  isWireError(error) && error.code === code;

test('the numbers are those of the specification', () => {
  assert.equal(MAX_MESSAGE_BYTES, 2 ** 27);
  assert.equal(MAX_ARRAY_BYTES, 2 ** 26);
});

// @rule wire/signature-too-long
test('a signature of 255 bytes is one, of 256 it is none', () => {
  assert.ok(isSignature('y'.repeat(MAX_SIGNATURE_BYTES)));
  assert.ok(!isSignature('y'.repeat(MAX_SIGNATURE_BYTES + 1)));
  assert.throws(
    () => marshal('y'.repeat(256), new Array(256).fill(0)),
    hasCode('signature-too-long'),
  );
});

// @rule wire/signature-array-too-deep
// @rule wire/signature-struct-too-deep
// @rule wire/signature-dict-entry-too-deep
test('arrays, structs and dict entries nest 32 deep in a signature, each for itself', () => {
  const nested = (open: string, close: string, depth: number): string =>
    `${open.repeat(depth)}y${close.repeat(depth)}`;
  for (const [open, close] of [
    ['a', ''],
    ['(', ')'],
    ['a{y', '}'],
  ] as const) {
    assert.ok(isSignature(nested(open, close, MAX_SIGNATURE_DEPTH)), open);
    assert.ok(!isSignature(nested(open, close, MAX_SIGNATURE_DEPTH + 1)), open);
  }
  assert.ok(isSignature(nested('aa(', ')', MAX_SIGNATURE_DEPTH)));
});

// @rule wire/array-too-long
test('an array of 2^26 bytes is written and read, one of a byte more is neither', () => {
  const bytes = new Uint8Array(MAX_ARRAY_BYTES + 1);
  const encoded = marshal('ay', [bytes.subarray(1)]);
  assert.equal(encoded.length, 4 + MAX_ARRAY_BYTES);
  assert.equal(unmarshal('ay', encoded)[0].length, MAX_ARRAY_BYTES);
  assert.throws(() => marshal('ay', [bytes]), hasCode('array-too-long'));
  assert.throws(() => marshal('ax', [new BigInt64Array(2 ** 23 + 1)]), hasCode('array-too-long'));
  const strings = new Array<string>(65).fill('x'.repeat(2 ** 20));
  assert.throws(() => marshal('as', [strings]), hasCode('array-too-long'));
  const announced = Uint8Array.of(1, 0, 0, 4);
  assert.throws(() => unmarshal('ay', announced), hasCode('array-too-long'));
});

// @rule wire/message-too-long
test('values of more than 2^27 bytes are not written', () => {
  const bytes = new Uint8Array(2 ** 26);
  assert.throws(() => marshal('ayayay', [bytes, bytes, bytes]), hasCode('message-too-long'));
});

// @rule wire/message-too-long
test('a header that announces more than the limit is refused with its 16th byte', () => {
  const header = (bodyLength: number): Uint8Array => {
    const bytes = new Uint8Array(16);
    bytes.set([0x6c, 1, 0, 1]);
    const view = new DataView(bytes.buffer);
    view.setUint32(4, bodyLength, true);
    view.setUint32(8, 1, true);
    return bytes;
  };
  const parser = new MessageParser();
  assert.deepEqual(parser.feed(header(MAX_MESSAGE_BYTES - 16)), []);
  assert.ok(parser.counters.bytesAllocated <= 1024);
  assert.throws(
    () => new MessageParser().feed(header(MAX_MESSAGE_BYTES - 15)),
    hasCode('message-too-long'),
  );
  assert.throws(
    () => new MessageParser({ maxMessageBytes: 100 }).feed(header(85)),
    hasCode('message-too-long'),
  );
  assert.deepEqual(new MessageParser({ maxMessageBytes: 100 }).feed(header(84)), []);
});

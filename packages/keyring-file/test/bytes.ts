import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  copyOf,
  decodeUtf8,
  encodeUtf8,
  equalBytes,
  formatHex,
  parseHex,
  safeNumber,
  tryDecodeUtf8,
} from '../src/bytes.ts';
import { throwsCode } from './support/codes.ts';

test('UTF-8 is strict and keeps a byte order mark', () => {
  assert.equal(decodeUtf8(encodeUtf8('ü€😀'), 'x'), 'ü€😀');
  assert.equal(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 'x'), '\ufeffa');
  assert.equal(tryDecodeUtf8(Uint8Array.of(0xc0, 0x80)), undefined);
  throwsCode('malformed', () => decodeUtf8(Uint8Array.of(0xff), 'x'));
});

test('encoded text owns its memory', () => {
  const bytes = encodeUtf8('secret');
  assert.equal(bytes.buffer.byteLength, 6);
});

test('comparison says equal only for equal bytes', () => {
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), true);
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), false);
  assert.equal(equalBytes(Uint8Array.of(1, 0), Uint8Array.of(1)), false);
  assert.equal(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0)), false);
  assert.equal(equalBytes(new Uint8Array(), new Uint8Array()), true);
});

test('hexadecimal digits both ways', () => {
  assert.equal(formatHex(Uint8Array.of(0, 15, 255)), '000fff');
  assert.deepEqual(parseHex('000fFF'), Uint8Array.of(0, 15, 255));
  assert.equal(parseHex('0'), undefined);
  assert.equal(parseHex('0g'), undefined);
});

test('what is written is read back', () => {
  const bytes = new ByteWriter()
    .uint8(1)
    .uint16(0x0203)
    .uint32(0x04050607)
    .uint64(2 ** 53 - 1)
    .sized(Uint8Array.of(9))
    .finish();
  assert.equal(formatHex(bytes), '01020304050607001fffffffffffff0000000109');
  const reader = new ByteReader(concatBytes(Uint8Array.of(7), bytes).subarray(1), 'x');
  assert.deepEqual(
    [reader.uint8(), reader.uint16(), reader.uint32(), reader.uint64(), reader.uint32()],
    [1, 0x0203, 0x04050607, 2 ** 53 - 1, 1],
  );
  assert.equal(reader.offset, 19);
  assert.deepEqual([...reader.take(1)], [9]);
  assert.equal(reader.remaining, 0);
});

test('as much is written as there is', () => {
  const writer = new ByteWriter();
  for (let count = 0; count < 300_000; count += 1) writer.uint8(7);
  assert.equal(writer.finish().length, 300_000);
});

test('nothing is read past the end', () => {
  throwsCode('truncated', () => new ByteReader(Uint8Array.of(1, 2, 3), 'x').uint32());
  throwsCode('truncated', () => new ByteReader(new Uint8Array(), 'x').uint8());
  throwsCode('truncated', () => new ByteReader(Uint8Array.of(1), 'x').take(2));
});

test('a count that cannot fit is refused before its things are read', () => {
  const bytes = Uint8Array.of(0, 0, 0, 2, 1, 2, 3, 4);
  assert.equal(new ByteReader(bytes, 'x').count(2), 2);
  throwsCode('truncated', () => new ByteReader(bytes, 'x').count(3));
  throwsCode('truncated', () => new ByteReader(Uint8Array.of(255, 255, 255, 255, 0), 'x').count(1));
});

test('numbers past 2^53 are refused instead of rounded', () => {
  assert.equal(safeNumber(2n ** 53n - 1n, 'x'), Number.MAX_SAFE_INTEGER);
  throwsCode('malformed', () => safeNumber(2n ** 53n, 'x'));
});

test("what is taken out of Node's buffers can be copied like any other", () => {
  const buffer = Buffer.from('abcd');
  const taken = new ByteReader(buffer, 'x').take(4).slice();
  taken.fill(0);
  copyOf(buffer).fill(0);
  assert.equal(buffer.toString(), 'abcd');
});

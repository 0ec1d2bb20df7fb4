import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { fromHex, toHex } from '../../../test-fixtures/src/hex.ts';
import { BLOCK_BYTES, pad, unpaddedLength } from '../src/pkcs7.ts';

test('padding fills the last block and is a whole block after whole blocks', () => {
  for (let length = 0; length <= 48; length += 1) {
    const padded = pad(new Uint8Array(length).fill(0xee));
    assert.equal(padded.length % BLOCK_BYTES, 0);
    const count = padded.length - length;
    assert.ok(count >= 1 && count <= BLOCK_BYTES);
    const tail = count.toString(16).padStart(2, '0').repeat(count);
    assert.equal(toHex(padded), 'ee'.repeat(length) + tail);
    assert.equal(unpaddedLength(padded), length);
  }
});

// @rule crypto/padding-bytes
test('every value of every byte of a padding is checked', () => {
  for (let count = 1; count <= BLOCK_BYTES; count += 1) {
    const good = pad(new Uint8Array(2 * BLOCK_BYTES - count).fill(0xee));
    for (let position = good.length - count; position < good.length - 1; position += 1) {
      for (let value = 0; value < 256; value += 1) {
        const block = good.slice();
        block[position] = value;
        const expected = value === count ? good.length - count : undefined;
        assert.equal(unpaddedLength(block), expected, `${count} at ${position} = ${value}`);
      }
    }
  }
});

// @rule crypto/padding-bytes
test('a count of zero or above the block is refused', () => {
  for (let count = 0; count < 256; count += 1) {
    const block = new Uint8Array(BLOCK_BYTES).fill(count);
    const isCount = count >= 1 && count <= BLOCK_BYTES;
    assert.equal(unpaddedLength(block), isCount ? BLOCK_BYTES - count : undefined, `${count}`);
  }
  assert.equal(unpaddedLength(new Uint8Array(0)), undefined);
});

// @rule crypto/padding-bytes
test('paddings of other schemes are refused', () => {
  const table = [
    ['ANSI X9.23', 'eeeeeeeeeeeeeeeeeeeeeeee00000004'],
    ['ISO 10126', 'eeeeeeeeeeeeeeeeeeeeeeee1b7a3c04'],
    ['ISO/IEC 7816-4', 'eeeeeeeeeeeeeeeeeeeeeeee80000000'],
    ['zeros', 'eeeeeeeeeeeeeeeeeeeeeeee00000000'],
    ['none', 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'],
    ['one byte short', 'eeeeeeeeeeeeeeeeeeeeeeeeee040404'],
  ] as const;
  for (const [scheme, block] of table) {
    assert.equal(unpaddedLength(fromHex(block)), undefined, scheme);
  }
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { fromHex, toHex } from '../../../test-fixtures/src/hex.ts';
import { bigIntFromBytes, bytesFromBigInt } from '../src/big-endian.ts';

test('integers are read big-endian at every length and offset', () => {
  assert.equal(bigIntFromBytes(new Uint8Array(0)), 0n);
  assert.equal(bigIntFromBytes(fromHex('00000000000000000000ff')), 255n);
  const bytes = fromHex('0102030405060708090a0b0c0d0e0f101112131415161718');
  for (let start = 0; start < 8; start += 1) {
    for (let end = start + 1; end <= bytes.length; end += 1) {
      const part = bytes.subarray(start, end);
      assert.equal(bigIntFromBytes(part), BigInt(`0x${toHex(part)}`));
    }
  }
});

test('integers are written big-endian and padded on the left', () => {
  assert.equal(toHex(bytesFromBigInt(0n, 8)), '0000000000000000');
  assert.equal(toHex(bytesFromBigInt(0xabcn, 16)), '00000000000000000000000000000abc');
  assert.equal(toHex(bytesFromBigInt(2n ** 64n, 16)), '00000000000000010000000000000000');
});

test('what is written reads back', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 1024n - 1n), (value) => {
      assert.equal(bigIntFromBytes(bytesFromBigInt(value, 128)), value);
    }),
  );
});

test('an integer that does not fit is a broken invariant, not a truncated one', () => {
  assert.throws(() => bytesFromBigInt(2n ** 64n, 8), /internal error: an integer exceeds 8 bytes/u);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { asciiBytes, asciiText, decodeHex, encodeHex, isAsciiText } from '../../src/sasl/hex.ts';

test('hex: lower-case digits out, both cases in', () => {
  assert.equal(encodeHex(Uint8Array.of(0, 1, 0xab, 0xff)), '0001abff');
  assert.deepEqual(decodeHex('0001aBFf'), Uint8Array.of(0, 1, 0xab, 0xff));
  assert.deepEqual(decodeHex(''), new Uint8Array(0));
  for (const text of ['0', '0g', '0x00', ' 00', '00 ']) assert.equal(decodeHex(text), undefined);
});

test('hex: every byte comes back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.match(encodeHex(bytes), /^000102030405060708090a0b0c0d0e0f1011.*feff$/);
  assert.deepEqual(decodeHex(encodeHex(bytes)), bytes);
});

test('hex: ASCII text and its bytes', () => {
  assert.deepEqual(asciiBytes('1000'), Uint8Array.of(0x31, 0x30, 0x30, 0x30));
  assert.equal(asciiText(Uint8Array.of(0x31, 0x7f)), '1\x7f');
  assert.equal(asciiText(Uint8Array.of(0x80)), undefined);
  assert.equal(isAsciiText('AUTH'), true);
  assert.equal(isAsciiText('A\x01\x7f'), true);
  for (const text of ['A\0', '\0A', '\x80A', 'é']) assert.equal(isAsciiText(text), false);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { asciiBytes, asciiText, decodeHex, encodeHex, isAsciiText } from '../../src/sasl/hex.ts';

test('hex: lower-case digits out, both cases in', () => {
  assert.equal(encodeHex(Uint8Array.of(0, 1, 0xab, 0xff)), '0001abff');
  assert.deepEqual(decodeHex('0001aBFf'), Uint8Array.of(0, 1, 0xab, 0xff));
  assert.deepEqual(decodeHex(''), new Uint8Array(0));
  for (const text of ['0', '0g', '0x00', ' 00', '00 ']) assert.equal(decodeHex(text), undefined);
});

test('hex: ASCII text and its bytes', () => {
  assert.deepEqual(asciiBytes('1000'), Uint8Array.of(0x31, 0x30, 0x30, 0x30));
  assert.equal(asciiText(Uint8Array.of(0x31, 0x7f)), '1\x7f');
  assert.equal(asciiText(Uint8Array.of(0x80)), undefined);
  assert.equal(isAsciiText('AUTH'), true);
  assert.equal(isAsciiText('A\0'), false);
  assert.equal(isAsciiText('é'), false);
});

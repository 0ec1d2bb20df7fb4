import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { isWireError } from '../src/errors.ts';
import {
  isLittleEndianHost,
  NUMERIC_ARRAYS,
  readBooleans,
  readNumbers,
  readNumericArray,
  swapElements,
} from '../src/fixed-array.ts';
import { Reader } from '../src/reader.ts';

test('the typed array of each code has elements of its size', () => {
  const sizes = Object.entries(NUMERIC_ARRAYS).map(([code, array]) => [
    code,
    array.BYTES_PER_ELEMENT,
  ]);
  assert.deepEqual(Object.fromEntries(sizes), { n: 2, q: 2, i: 4, u: 4, h: 4, x: 8, t: 8, d: 8 });
});

test('the byte order of this machine is what its typed arrays say', () => {
  assert.equal(new Int16Array(Uint8Array.of(1, 0).buffer)[0] === 1, isLittleEndianHost);
});

test('numbers and typed arrays of either byte order', () => {
  const r = new Reader();
  const bytes = Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 1, 0, 0, 2, 0);
  r.load(bytes, 0, bytes.length);
  assert.deepEqual(readNumbers(r, 'i', 8, 2, false), [1, 512]);
  assert.deepEqual(readNumbers(r, 'u', 8, 2, true), [0x01000000, 0x00020000]);
  assert.deepEqual(readNumericArray(r, 'i', 8, 8, false), Int32Array.of(1, 512));
  assert.deepEqual(readNumericArray(r, 'h', 8, 8, true), Uint32Array.of(0x01000000, 0x00020000));
  r.unload(false);
});

test('elements are reversed, each for itself', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  swapElements(bytes, 4);
  assert.deepEqual([...bytes], [4, 3, 2, 1, 8, 7, 6, 5]);
});

// @rule wire/boolean-invalid
test('booleans are 0 or 1', () => {
  const r = new Reader();
  const bytes = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0);
  r.load(bytes, 0, bytes.length);
  assert.deepEqual(readBooleans(r, 0, 2, true), [false, true]);
  assert.throws(
    () => readBooleans(r, 0, 3, true),
    (error) => isWireError(error) && error.code === 'boolean-invalid' && error.offset === 8,
  );
  r.unload(false);
});

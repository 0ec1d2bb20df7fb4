import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { isLittleEndianHost } from '../src/fixed-array.ts';
import { type NumericCode, writeNumbers } from '../src/fixed-array-writer.ts';
import { Writer } from '../src/writer.ts';

function written(code: NumericCode, value: unknown, little: boolean): number[] {
  const w = new Writer();
  writeNumbers(w, code, value, little);
  return [...w.take()];
}

test('a typed array is written as its numbers are, in both byte orders', () => {
  for (const little of [true, false]) {
    for (const [code, array] of [
      ['n', Int16Array.of(-2, 1)],
      ['q', Uint16Array.of(2, 65535)],
      ['i', Int32Array.of(-2, 1)],
      ['u', Uint32Array.of(2, 2 ** 32 - 1)],
      ['h', Uint32Array.of(2)],
      ['x', BigInt64Array.of(-2n, 1n)],
      ['t', BigUint64Array.of(2n, 2n ** 64n - 1n)],
      ['d', Float64Array.of(0.5, -0, Number.NEGATIVE_INFINITY)],
    ] as const) {
      assert.deepEqual(written(code, array, little), written(code, [...array], little), code);
    }
  }
  assert.deepEqual(written('u', [1], true), [1, 0, 0, 0]);
  assert.deepEqual(written('u', [1], false), [0, 0, 0, 1]);
  assert.equal(typeof isLittleEndianHost, 'boolean');
});

test('a typed array of another type goes element by element', () => {
  assert.deepEqual(written('i', Uint8Array.of(1, 255), true), written('i', [1, 255], true));
  assert.deepEqual(written('d', Float32Array.of(0.5), true), written('d', [0.5], true));
});

test('a part of a buffer is written, not the whole', () => {
  const array = Int32Array.of(1, 2, 3).subarray(1, 2);
  assert.deepEqual(written('i', array, true), [2, 0, 0, 0]);
});

test('the first element that does not fit is named', () => {
  assert.throws(() => written('i', [1, 2 ** 31], true), /element 1/u);
  assert.throws(() => written('x', [1n, 5], true), /a bigint as element 1/u);
  assert.throws(() => written('d', [Number.NaN, '1'], true), /a number as element 1/u);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  isLittleEndianHost,
  isNumeric,
  listOf,
  NUMERIC_ARRAYS,
  type NumericArray,
  type NumericCode,
  readNumbers,
  swapElements,
  writeNumbers,
} from '../../src/codec/fixed-array.ts';
import { Reader } from '../../src/codec/reader.ts';
import { Writer } from '../../src/codec/writer.ts';

test('the typed array of each code has elements of its size', () => {
  const sizes = Object.entries(NUMERIC_ARRAYS).map(([code, array]) => [
    code,
    array.BYTES_PER_ELEMENT,
  ]);
  assert.deepEqual(Object.fromEntries(sizes), { n: 2, q: 2, i: 4, u: 4, h: 4, x: 8, t: 8, d: 8 });
});

test('numbers of more than one byte have typed arrays, other types have none', () => {
  const codes = ['y', 'b', 'n', 'q', 'i', 'u', 'x', 't', 'd', 'h', 's', 'o', 'g'] as const;
  assert.deepEqual(codes.filter(isNumeric), ['n', 'q', 'i', 'u', 'x', 't', 'd', 'h']);
});

test('the byte order of this machine is what its typed arrays say', () => {
  assert.equal(new Int16Array(Uint8Array.of(1, 0).buffer)[0] === 1, isLittleEndianHost);
});

test('numbers of either byte order, as typed arrays and as lists', () => {
  const bytes = Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 1, 0, 0, 2, 0);
  const read = (code: NumericCode, little: boolean): NumericArray => {
    const r = new Reader();
    r.load(bytes, 0, bytes.length, little, false);
    r.pos = 8;
    const array = readNumbers(r, code, 16);
    assert.equal(r.pos, 16);
    return array;
  };
  assert.deepEqual(read('i', false), Int32Array.of(1, 512));
  assert.deepEqual(read('h', true), Uint32Array.of(0x01000000, 0x00020000));
  assert.deepEqual(listOf(read('u', true)), [0x01000000, 0x00020000]);
  assert.deepEqual(listOf(read('x', false)), [0x0000000100000200n]);
});

test('elements are reversed, each for itself', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  swapElements(bytes, 4);
  assert.deepEqual([...bytes], [4, 3, 2, 1, 8, 7, 6, 5]);
});

function written(code: NumericCode, value: unknown, little: boolean): number[] {
  const w = new Writer();
  w.reset(little);
  writeNumbers(w, code, value);
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
  for (const [code, bad] of [
    ['n', 2 ** 15],
    ['q', -1],
    ['u', 2 ** 32],
    ['i', 0.5],
    ['u', Number.NaN],
    ['x', 2n ** 63n],
    ['t', -1n],
  ] as const) {
    assert.throws(() => written(code, [bad], true), RangeError, code);
  }
  assert.throws(() => written('i', [1, '2'], true), TypeError);
  assert.throws(() => written('i', 'no list', true), TypeError);
  assert.throws(() => written('x', [1n, 5], true), /a bigint as element 1/u);
  assert.throws(() => written('d', [Number.NaN, '1'], true), /a number as element 1/u);
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { formatHex } from '../../../src/bytes.ts';
import {
  FramedTuple,
  formatOffsets,
  formatString,
  joinArray,
  joinPair,
  readString,
  splitArray,
  splitPair,
} from '../../../src/formats/v1/gvariant.ts';
import { throwsCode } from '../../support/codes.ts';
import { RUNS, surviveDamage } from '../../support/fuzz.ts';
import { utf8 } from '../../support/memory-io.ts';

test('the examples of the GVariant specification', () => {
  // as ['i', 'can', 'has', 'strings?']
  const array = joinArray(['i', 'can', 'has', 'strings?'].map(formatString));
  assert.equal(formatHex(array), '690063616e0068617300737472696e67733f0002060a13');
  assert.deepEqual(
    splitArray(array, 'x').map((bytes) => readString(bytes, 'x')),
    ['i', 'can', 'has', 'strings?'],
  );
  // (say), the shape of an entry: two variable-sized members, one framing offset.
  const pair = joinPair(formatString('a'), Uint8Array.of(1, 2));
  assert.equal(formatHex(pair), '6100010202');
});

test('framing offsets widen with the container', () => {
  for (const { size, width } of [
    { size: 254, width: 1 },
    { size: 255, width: 2 },
    { size: 65_533, width: 2 },
    { size: 65_534, width: 4 },
    { size: 65_535, width: 4 },
    { size: 70_000, width: 4 },
  ]) {
    const element = new Uint8Array(size).fill(7);
    const array = joinArray([element]);
    assert.equal(array.length, size + width);
    assert.deepEqual(splitArray(array, 'x'), [element]);
    const pair = joinPair(element, new Uint8Array());
    assert.equal(pair.length, size + width);
    assert.deepEqual(splitPair(pair, 'x'), [element, new Uint8Array()]);
  }
});

test('it is the whole container that decides the width, however it is made up', () => {
  const half = new Uint8Array(200).fill(7);
  const pair = joinPair(half, half);
  assert.equal(pair.length, 402);
  assert.deepEqual(splitPair(pair, 'x'), [half, half]);
  const none = new Uint8Array();
  assert.deepEqual(splitPair(joinPair(none, none), 'x'), [none, none]);
  const elements = Array.from({ length: 1000 }, () => new Uint8Array(64).fill(7));
  const array = joinArray(elements);
  assert.equal(array.length, 1000 * (64 + 4));
  const counts: number[] = [];
  assert.deepEqual(
    splitArray(array, 'x', (count) => counts.push(count)),
    elements,
  );
  assert.deepEqual(counts, [1000]);
});

// @rule file/gvariant-framing
test('an array whose table is empty or outside is none', () => {
  for (const bytes of [[1], [2], [7, 2], [7, 3], [255]]) {
    throwsCode('malformed', () => splitArray(Uint8Array.from(bytes), 'x'));
  }
});

test('an array has as many elements as there are, whatever the stack holds', () => {
  const element = new Uint8Array();
  const array = joinArray(Array.from({ length: 300_000 }, () => element));
  assert.equal(array.length, 1_200_000);
  assert.equal(splitArray(array, 'x').length, 300_000);
});

test('arrays and pairs of any sizes are read back', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), (elements) => {
      assert.deepEqual(
        splitArray(joinArray(elements), 'x').map((e) => [...e]),
        elements.map((e) => [...e]),
      );
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array(), (first, second) => {
      assert.deepEqual(
        splitPair(joinPair(first, second), 'x').map((e) => [...e]),
        [[...first], [...second]],
      );
    }),
    { numRuns: RUNS },
  );
});

// @rule file/gvariant-framing
test('framing that points outside or backwards is refused', () => {
  for (const bytes of [
    Uint8Array.of(0x61, 0x00, 0x09), // past the end
    Uint8Array.of(0x61, 0x61, 0x02, 0x01, 0x02), // backwards
    Uint8Array.of(0x05), // a table beyond its container
    new Uint8Array(300), // 16-bit offsets, the table at 0, an odd number of bytes short
  ]) {
    if (bytes.length === 300) bytes[298] = 299 % 256;
    if (bytes.length === 300) bytes[299] = 1;
    throwsCode('malformed', () => splitArray(bytes, 'x'));
  }
  const halfOffset = new Uint8Array(301);
  halfOffset.set([0x28, 0x01], 299);
  throwsCode('malformed', () => splitArray(halfOffset, 'x'));
  throwsCode('malformed', () => splitPair(new Uint8Array(), 'x'));
  throwsCode('malformed', () => splitPair(Uint8Array.of(1, 2, 9), 'x'));
});

// @rule file/gvariant-string
test('a string is UTF-8 with one NUL, at its end', () => {
  assert.equal(readString(formatString('ü'), 'x'), 'ü');
  assert.equal(readString(formatString(''), 'x'), '');
  for (const bytes of [utf8(''), utf8('a'), utf8('a\0b'), utf8('a\0b\0'), Uint8Array.of(0xff, 0)]) {
    throwsCode('malformed', () => readString(bytes, 'x'));
  }
});

// @rule file/gvariant-padding
test('padding before a number is zero', () => {
  const body = [1, 2, 3, 0, 4, 0, 0, 0];
  const read = (bytes: readonly number[]): number => {
    const tuple = new FramedTuple(Uint8Array.from([...bytes, 3]), 1, 'x');
    tuple.variable();
    return tuple.uint32();
  };
  assert.equal(read(body), 4);
  throwsCode('malformed', () => read([1, 2, 3, 9, 4, 0, 0, 0]));
  throwsCode('malformed', () => read([1, 2, 3, 0, 4, 0, 0]));
});

test('members follow each other, numbers little-endian and aligned', () => {
  const number64 = [8, 7, 6, 5, 4, 3, 2, 1];
  const bytes = Uint8Array.from([4, 3, 2, 1, 0, 0, 0, 0, ...number64, 1, 0, 0, 0, 9]);
  const tuple = new FramedTuple(bytes, 0, 'x');
  assert.equal(tuple.uint32(), 0x01020304);
  assert.equal(tuple.uint64(), 0x0102030405060708n);
  assert.equal(tuple.uint32(), 1);
  assert.deepEqual([...tuple.last()], [9]);
});

test('a member cannot end before the one in front of it', () => {
  const tuple = new FramedTuple(Uint8Array.of(1, 2, 3, 4, 1, 3), 2, 'x');
  assert.equal(tuple.variable().length, 3);
  throwsCode('malformed', () => tuple.variable());
});

test('offsets are stored in the order given', () => {
  assert.deepEqual([...formatOffsets(10, [7, 3])], [7, 3]);
  assert.deepEqual([...formatOffsets(300, [0x102])], [2, 1]);
  assert.deepEqual([...formatOffsets(70_000, [0x10203])], [3, 2, 1, 0]);
});

test('damaged bytes are refused with a typed error', () => {
  surviveDamage(joinArray([formatString('a'), formatString('bc')]), (bytes) =>
    splitArray(bytes, 'x').map((element) => readString(element, 'x')),
  );
});

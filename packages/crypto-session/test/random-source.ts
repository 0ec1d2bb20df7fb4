import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { drawBytes, type RandomSource } from '../src/random-source.ts';

test('a source is asked for the length, and what it returns is handed on', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const asked: number[] = [];
  const source: RandomSource = (length) => {
    asked.push(length);
    return bytes;
  };
  assert.equal(drawBytes(source, 3), bytes);
  assert.deepEqual(asked, [3]);
});

test('a source that returns anything but the bytes asked for is refused', () => {
  const answers: readonly unknown[] = [new Uint8Array(3), new Uint8Array(5), 4, [1, 2, 3, 4], null];
  for (const answer of answers) {
    // @ts-expect-error a source without types may return anything
    const source: RandomSource = () => answer;
    assert.throws(() => drawBytes(source, 4), {
      name: 'TypeError',
      message: 'random source: expected an array of 4 bytes',
    });
  }
});

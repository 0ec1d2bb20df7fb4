import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { ownBytes } from '../src/own-bytes.ts';

test('own bytes: of the length asked for, zeroed, each in a buffer that is all its own', () => {
  for (const length of [0, 1, 24, 64, 65, 4096]) {
    const [one, other] = [ownBytes(length), ownBytes(length)];
    assert.deepEqual([...one], Array(length).fill(0));
    assert.equal(one.buffer.byteLength, length);
    assert.notEqual(one.buffer, other.buffer);
  }
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { concatenate } from '../src/concatenate.ts';

test('concatenate: all bytes in order, in a buffer that is nobody else’s', () => {
  const parts = [Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3)];
  const whole = concatenate(parts);
  assert.deepEqual([...whole], [1, 2, 3]);
  assert.equal(whole.buffer.byteLength, 3);
  assert.equal(concatenate([]).length, 0);
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { joinBytes } from '../src/join-bytes.ts';

test('joining: the pieces in order, in bytes of their own', () => {
  const first = Uint8Array.of(1, 2);
  const joined = joinBytes([first, new Uint8Array(0), Uint8Array.of(3)]);
  assert.deepEqual(joined, Uint8Array.of(1, 2, 3));
  joined.fill(0);
  assert.deepEqual(first, Uint8Array.of(1, 2));
  assert.equal(joinBytes([]).length, 0);
  assert.notEqual(joinBytes([first]), first);
});

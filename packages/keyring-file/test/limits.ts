/** The bounds hang together; each is tried at its edge in the tests of the code that applies it. */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { DEFAULT_COST } from '../src/keys/kdf.ts';
import {
  HARDENED_HEADER_BYTES,
  MAX_FILE_BYTES,
  MAX_KDF_MEMORY_BYTES,
  MAX_SECRET_BYTES,
  SCRYPT_MAX_WORK,
  V1_MAX_ITERATIONS,
  V1_MIN_ITERATIONS,
} from '../src/limits.ts';

test('defaults lie inside the bounds', () => {
  const { logN, r, p } = DEFAULT_COST;
  assert.ok(128 * 2 ** logN * r <= MAX_KDF_MEMORY_BYTES);
  assert.ok(2 ** logN * r * p <= SCRYPT_MAX_WORK);
  assert.ok(V1_MIN_ITERATIONS < V1_MAX_ITERATIONS);
  assert.ok(MAX_SECRET_BYTES < MAX_FILE_BYTES);
});

test('the hardened header is a whole number of 64-bit words', () => {
  assert.equal(HARDENED_HEADER_BYTES % 8, 0);
});

import assert from 'node:assert/strict';
import { MAX_ARRAY_BYTES as WIRE_MAX_ARRAY_BYTES } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { MAX_ARRAY_BYTES, MAX_SECRET_BYTES } from '../src/limits.ts';

/** PKCS#7 adds 1 to 16 bytes. */
const ciphertextBytes = (plaintextBytes: number): number =>
  (Math.floor(plaintextBytes / 16) + 1) * 16;

test('the largest secret is the last whose ciphertext fits an array', () => {
  assert.equal(MAX_ARRAY_BYTES, WIRE_MAX_ARRAY_BYTES);
  assert.ok(ciphertextBytes(MAX_SECRET_BYTES) <= MAX_ARRAY_BYTES);
  assert.ok(ciphertextBytes(MAX_SECRET_BYTES + 1) > MAX_ARRAY_BYTES);
});

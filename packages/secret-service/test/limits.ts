import assert from 'node:assert/strict';
import { marshal, MAX_ARRAY_BYTES as WIRE_MAX_ARRAY_BYTES } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { MAX_ARRAY_BYTES, MAX_SECRET_BYTES } from '../src/limits.ts';

/** PKCS#7 adds 1 to 16 bytes. */
const ciphertextBytes = (plaintextBytes: number): number =>
  (Math.floor(plaintextBytes / 16) + 1) * 16;

test('what GetSecrets answers for the largest secret fits an array, beside long names', () => {
  assert.equal(MAX_ARRAY_BYTES, WIRE_MAX_ARRAY_BYTES);
  const path = `/${'p'.repeat(1000)}`;
  const struct = [path, new Uint8Array(16), new Uint8Array(0), 't'.repeat(1000)] as const;
  const names = marshal('a{o(oayays)}', [new Map([[path, struct]])]).length;
  assert.ok(names + ciphertextBytes(MAX_SECRET_BYTES) <= MAX_ARRAY_BYTES);
});

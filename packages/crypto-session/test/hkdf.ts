import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { fromHex, readVectors, toHex } from '../../../test-fixtures/src/hex.ts';
import { slowDeriveKey } from '../../../test-fixtures/src/slow-reference/session-cipher.ts';
import { deriveKey, KEY_BYTES } from '../src/hkdf.ts';
import { hmacSha256 } from '../src/io/runtime-crypto.ts';

const { hkdfSha256 } = readVectors<{
  hkdfSha256: { inputKey: string; pseudorandomKey: string; output: string };
}>('published-crypto');

// @rule crypto/hkdf-extract
// @rule crypto/hkdf-expand
test('the derivation gives the output of RFC 5869, and wipes what lies between', () => {
  const between: Uint8Array[] = [];
  const stages: string[] = [];
  const key = deriveKey((hmacKey, message) => {
    const digest = hmacSha256(hmacKey, message);
    between.push(digest);
    stages.push(toHex(digest));
    return digest;
  }, fromHex(hkdfSha256.inputKey));
  assert.equal(toHex(key), hkdfSha256.output);
  assert.equal(stages[0], hkdfSha256.pseudorandomKey);
  assert.deepEqual(
    between.map((digest) => toHex(digest)),
    ['00'.repeat(32), '00'.repeat(32)],
  );
});

test('the derivation equals noble for secrets of every length around 128 bytes', () => {
  for (let length = 0; length <= 130; length += 1) {
    const secret = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 0xff);
    const key = deriveKey(hmacSha256, secret);
    assert.equal(key.length, KEY_BYTES);
    assert.equal(toHex(key), toHex(slowDeriveKey(secret)));
  }
});

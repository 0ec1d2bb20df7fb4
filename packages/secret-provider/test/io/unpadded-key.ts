import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { agreeKey, generateKeyPair } from '@keywire/crypto-session';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { unpaddedKey } from '../../src/io/unpadded-key.ts';

/** HKDF-SHA256 of RFC 5869 without salt and info, as far as 16 bytes. */
function derive(secret: Uint8Array): Uint8Array {
  const extracted = createHmac('sha256', new Uint8Array(32)).update(secret).digest();
  return createHmac('sha256', extracted)
    .update(new Uint8Array([1]))
    .digest()
    .subarray(0, 16);
}

test('a secret that fills 128 bytes gives the key that everybody has', () => {
  for (;;) {
    const [one, other] = [generateKeyPair(), generateKeyPair()];
    const agreed = agreeKey(one.privateKey, other.publicKey);
    if (!agreed.isCanonical) continue;
    assert.deepEqual(unpaddedKey(one.privateKey, other.publicKey), agreed.key);
    return;
  }
});

test('a shorter secret is taken as it is', () => {
  // (2^10)^3 is 2^30, four bytes.
  const key = unpaddedKey(3n, new Uint8Array([4, 0]));
  assert.deepEqual([...key], [...derive(new Uint8Array([0x40, 0, 0, 0]))]);
  assert.notDeepEqual(key, agreeKey(3n, new Uint8Array([4, 0])).key);
});

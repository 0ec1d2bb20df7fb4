/**
 * The one use of HKDF (RFC 5869, https://www.rfc-editor.org/rfc/rfc5869) that a session makes:
 * SHA-256, no salt, no info, 16 bytes out. Two HMACs, which the caller supplies.
 */

import { ownBytes } from './own-bytes.ts';

/** HMAC-SHA256 of `message` under `key`, as a fresh array of 32 bytes. */
export type HmacSha256 = (key: Uint8Array, message: Uint8Array) => Uint8Array<ArrayBuffer>;

const HASH_BYTES = 32;

/** Bytes of the session key. */
export const KEY_BYTES = 16;

/** Derives the session key; the pseudorandom key in between is wiped. */
export function deriveKey(hmac: HmacSha256, inputKey: Uint8Array): Uint8Array<ArrayBuffer> {
  // @rule crypto/hkdf-extract rfc5869#section-2.2
  const pseudorandomKey = hmac(new Uint8Array(HASH_BYTES), inputKey);
  // @rule crypto/hkdf-expand rfc5869#section-2.3
  const firstBlock = hmac(pseudorandomKey, Uint8Array.of(1));
  const key = ownBytes(KEY_BYTES);
  key.set(firstBlock.subarray(0, KEY_BYTES));
  pseudorandomKey.fill(0);
  firstBlock.fill(0);
  return key;
}

/**
 * Unsigned big-endian integers, the form in which public keys and shared secrets travel and are
 * hashed. Eight bytes at a time through a DataView: no string of a secret is ever made, because a
 * string could not be wiped.
 */

import { ownBytes } from './own-bytes.ts';

const WORD_BYTES = 8;
const WORD_BITS = 64n;

/** Reads all of `bytes` as one unsigned big-endian integer; no bytes are zero. */
export function bigIntFromBytes(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const leading = bytes.length % WORD_BYTES;
  let value = 0n;
  for (const byte of bytes.subarray(0, leading)) value = (value << 8n) | BigInt(byte);
  for (let offset = leading; offset < bytes.length; offset += WORD_BYTES) {
    value = (value << WORD_BITS) | view.getBigUint64(offset);
  }
  return value;
}

/**
 * Writes `value` into a fresh array, padded with zeros on the left.
 *
 * @param byteLength - a multiple of 8, large enough for the value.
 */
export function bytesFromBigInt(value: bigint, byteLength: number): Uint8Array<ArrayBuffer> {
  const bytes = ownBytes(byteLength);
  const view = new DataView(bytes.buffer);
  let rest = value;
  for (let offset = byteLength - WORD_BYTES; offset >= 0; offset -= WORD_BYTES) {
    view.setBigUint64(offset, BigInt.asUintN(64, rest));
    rest >>= WORD_BITS;
  }
  if (rest !== 0n) throw new Error(`internal error: an integer exceeds ${byteLength} bytes`);
  return bytes;
}

/**
 * The padding of RFC 5652 §6.3 (https://www.rfc-editor.org/rfc/rfc5652#section-6.3) for blocks of
 * 16 bytes. It is done here and not by the runtime's cipher, so that every runtime refuses exactly
 * the same paddings.
 */

import { ownBytes } from './own-bytes.ts';

/** Bytes of an AES block. */
export const BLOCK_BYTES = 16;

/** Returns `plaintext` and 1 to 16 bytes of padding in a fresh array, which the caller wipes. */
export function pad(plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
  const padding = BLOCK_BYTES - (plaintext.length % BLOCK_BYTES);
  const padded = ownBytes(plaintext.length + padding);
  padded.set(plaintext);
  padded.fill(padding, plaintext.length);
  return padded;
}

/**
 * Tells how many bytes of `padded`, one or more whole blocks, are plaintext, or `undefined` when
 * the padding is wrong.
 *
 * All 16 bytes of the last block are looked at whatever they hold, so that the time taken says
 * little about where a wrong padding went wrong.
 */
export function unpaddedLength(padded: Uint8Array): number | undefined {
  const padding = padded.at(-1) ?? 0;
  // 1 when the count itself is outside 1…16.
  let faults = Number(padding < 1) | Number(padding > BLOCK_BYTES);
  for (let distance = 1; distance <= BLOCK_BYTES; distance += 1) {
    const isPadding = Number(distance <= padding);
    // @rule crypto/padding-bytes rfc5652#section-6.3
    faults |= isPadding * ((padded.at(-distance) ?? 0) ^ padding);
  }
  return faults === 0 ? padded.length - padding : undefined;
}

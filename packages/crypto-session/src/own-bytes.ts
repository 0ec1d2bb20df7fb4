/**
 * Arrays for what must be wiped. An array of 64 bytes or less may lie among JavaScript's objects, where
 * the collector moves it about and leaves copies behind; what an ArrayBuffer holds stays where it is.
 */

/** Zeroed bytes that are never moved. */
export function ownBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length));
}

/** Randomness as the core asks for it; `io/random.ts` has the sources that runtimes offer. */

/**
 * Returns `length` cryptographically secure random bytes in a fresh array, which
 * `generateKeyPair` overwrites when it is done.
 */
export type RandomSource = (length: number) => Uint8Array;

/**
 * Takes bytes from a source and refuses anything but what was asked for: a source that returns
 * fewer, or a number, would otherwise end as zeros in a key.
 *
 * @throws `TypeError` when the source returns something else than `length` bytes.
 */
export function drawBytes(random: RandomSource, length: number): Uint8Array {
  const bytes: unknown = random(length);
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw new TypeError(`random source: expected an array of ${length} bytes`);
  }
  return bytes;
}

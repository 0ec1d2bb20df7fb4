/** Text and its bytes. */
import { PersistenceError } from '../errors.ts';

/** The UTF-8 of a text; a lone surrogate, which has none, is refused instead of replaced. */
export function encodeText(text: string): Uint8Array {
  if (typeof text !== 'string')
    throw new TypeError(`content: expected a string, got ${typeof text}`);
  if (/\p{Surrogate}/u.test(text)) {
    throw new TypeError('content: expected text without lone surrogates');
  }
  return new TextEncoder().encode(text);
}

/** Reads UTF-8, strictly; a byte order mark is dropped. */
export function decodeText(bytes: Uint8Array, location: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The decoder's own error is left out on purpose: it says nothing more.
    throw new PersistenceError(
      'malformed',
      location,
      `expected UTF-8, got ${bytes.length} bytes that are not`,
    );
  }
}

// Passwords as bytes: encoded for the store, decoded strictly, wiped by whoever holds them last.

import { keyringError } from '../errors.ts';
import { MAX_SECRET_BYTES } from './limits.ts';

/** Encodes a password into a buffer of its own, which the caller wipes. The string stays. */
export function passwordToBytes(password: string): Uint8Array<ArrayBuffer> {
  if (typeof password !== 'string') {
    throw keyringError('invalid-argument', 'password', {
      detail: `expected a string, got ${password === null ? 'null' : typeof password}`,
    });
  }
  if (/\p{Surrogate}/u.test(password)) {
    throw keyringError('invalid-argument', 'password', {
      detail: 'expected text without lone surrogates',
    });
  }
  return new TextEncoder().encode(password);
}

/** Decodes a password strictly; `undefined` for what is no text. The string cannot be wiped. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The decoder's own error says nothing more.
    return undefined;
  }
}

/**
 * Decodes a password strictly. The string cannot be wiped.
 *
 * @throws {@link KeyringError} with code `not-text`
 */
export function bytesToPassword(bytes: Uint8Array): string {
  const text = textIn(bytes);
  if (text !== undefined) return text;
  throw keyringError('not-text', 'password', {
    detail: `expected text in UTF-8, got ${bytes.length} bytes that are not`,
  });
}

/** Whether two secrets are the same. */
export function isSameSecret(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/**
 * Checks a secret's type and size.
 *
 * @throws {@link KeyringError} with code `invalid-argument` or `too-large`
 */
export function checkSecret(secret: Uint8Array): void {
  if (!(secret instanceof Uint8Array)) {
    const found = secret === null ? 'null' : typeof secret;
    throw keyringError('invalid-argument', 'secret', {
      detail: `expected a Uint8Array, got ${found}`,
    });
  }
  // @rule keyring/secret-size keywire#bad-input
  if (secret.length > MAX_SECRET_BYTES) {
    throw keyringError('too-large', 'secret', {
      detail: `expected at most ${MAX_SECRET_BYTES} bytes, got ${secret.length}`,
    });
  }
}

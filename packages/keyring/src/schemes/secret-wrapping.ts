// How some programs wrap up the password that they store: in a line, above others, or in JSON.
// Bytes stay bytes where they can; JSON cannot be read without strings, which nothing can wipe.

import { keyringError } from '../errors.ts';
import type { SecretWrapping } from '../types/scheme.ts';

const NEWLINE = 0x0a;

/**
 * What is stored for a secret; a buffer of its own, which the caller wipes.
 *
 * @throws {@link KeyringError} with code `scheme-read-only`, or `invalid-argument` for a secret that
 * would not be read back as it is
 */
export function wrapSecret(
  wrapping: SecretWrapping | undefined,
  secret: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (wrapping === 'json-item') {
    throw keyringError('scheme-read-only', 'secret');
  }
  // @rule keyring/one-line-secret keywire#schemes
  if (wrapping === 'first-line' && secret.includes(NEWLINE)) {
    throw keyringError('invalid-argument', 'secret', {
      detail: 'expected one line, which is all that this scheme keeps of it, got several',
    });
  }
  const length = wrapping === 'newline' ? secret.length + 1 : secret.length;
  const wrapped = new Uint8Array(new ArrayBuffer(length)).fill(NEWLINE);
  wrapped.set(secret);
  return wrapped;
}

/**
 * The secret in what was stored; a buffer of its own, which the caller wipes.
 *
 * @throws {@link KeyringError} with code `backend-failed` for what is not of that form
 */
export function unwrapSecret(
  wrapping: SecretWrapping | undefined,
  stored: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (wrapping === 'json-item') return dataOfItem(stored);
  let end = stored.length;
  if (wrapping === 'newline' && stored.at(-1) === NEWLINE) end -= 1;
  if (wrapping === 'first-line' && stored.includes(NEWLINE)) end = stored.indexOf(NEWLINE);
  const secret = new Uint8Array(new ArrayBuffer(end));
  secret.set(stored.subarray(0, end));
  return secret;
}

/** 99designs/keyring stores `{"Key":…,"Data":"<base64>",…}`. */
function dataOfItem(stored: Uint8Array): Uint8Array<ArrayBuffer> {
  const item = parseItem(stored);
  if (typeof item !== 'object' || item === null || !('Data' in item) || !isBase64(item.Data)) {
    throw keyringError('backend-failed', 'secret', {
      detail: `expected a JSON item with Data in base64, got ${stored.length} bytes without`,
    });
  }
  return Uint8Array.from(atob(item.Data), (character) => character.charCodeAt(0));
}

function parseItem(stored: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(stored));
  } catch {
    // The parser's own error is left out on purpose: it quotes the secret.
    return undefined;
  }
}

function isBase64(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/u.test(value);
}

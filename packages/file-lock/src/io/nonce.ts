/** Names that nobody else has: 128 random bits. */

/** 32 hexadecimal digits, never the same twice. */
export function newNonce(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

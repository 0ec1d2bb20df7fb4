/** What tests of stores on disk have in common. */

/** The least that the hardened form allows: what is tested is not the key derivation. */
export const CHEAP = { kdf: 'scrypt', logN: 14, r: 8, p: 1 } as const;

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(secret: Uint8Array | undefined): string | undefined {
  return secret === undefined ? undefined : new TextDecoder().decode(secret);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a test in a folder of its own. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keywire-provider-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The least that the hardened form allows: what is tested is not the key derivation. */
export const CHEAP = { kdf: 'scrypt', logN: 14, r: 8, p: 1 } as const;

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(secret: Uint8Array | undefined): string | undefined {
  return secret === undefined ? undefined : new TextDecoder().decode(secret);
}

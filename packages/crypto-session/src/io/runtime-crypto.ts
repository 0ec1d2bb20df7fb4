/**
 * The runtime's own HMAC-SHA256 and AES-128-CBC, through `node:crypto`, which Node, Bun and Deno
 * all have. Loading it takes about 3 ms in a fresh Node, so it waits for the first use; and it is
 * not imported, because `import()` costs a CommonJS bundle 2 ms more (README, "Choices").
 *
 * Whatever the runtime returns is copied into an array of our own and wiped: it may come from a
 * pool that other code can read.
 */
import { ownBytes } from '../own-bytes.ts';

type NodeCrypto = typeof import('node:crypto');

let loaded: NodeCrypto | undefined;

/** HMAC-SHA256 of `message` under `key`: 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return takeOver([nodeCrypto().createHmac('sha256', key).update(message).digest()]);
}

/** Encrypts whole blocks, without padding. */
export function encryptBlocks(
  key: Uint8Array,
  iv: Uint8Array,
  blocks: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const cipher = nodeCrypto().createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return takeOver([cipher.update(blocks), cipher.final()]);
}

/** Decrypts whole blocks and leaves their padding in place. */
export function decryptBlocks(
  key: Uint8Array,
  iv: Uint8Array,
  blocks: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const decipher = nodeCrypto().createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return takeOver([decipher.update(blocks), decipher.final()]);
}

/** Cryptographically secure random bytes, in an array of their own. */
export function runtimeRandom(length: number): Uint8Array<ArrayBuffer> {
  const bytes = ownBytes(length);
  nodeCrypto().randomFillSync(bytes);
  return bytes;
}

/**
 * Loads what deriving a key and ciphers stand on, so that the first of them need not: for a caller
 * that waits for its peer anyway.
 */
export function loadRuntimeCrypto(): void {
  nodeCrypto();
}

function nodeCrypto(): NodeCrypto {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
}

function takeOver(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = ownBytes(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
    part.fill(0);
  }
  return joined;
}

/**
 * The cipher of a session: AES-128-CBC with PKCS#7 padding and a random IV for each secret
 * (https://specifications.freedesktop.org/secret-service/latest/transfer-secrets.html). It hides
 * secrets from who reads the bus; nothing authenticates them, and a damaged ciphertext can decrypt
 * to other bytes without an error.
 */
import { CryptoSessionError } from './errors.ts';
import { KEY_BYTES } from './hkdf.ts';
import { decryptBlocks, encryptBlocks, runtimeRandom } from './io/runtime-crypto.ts';
import { ownBytes } from './own-bytes.ts';
import { BLOCK_BYTES, pad, unpaddedLength } from './pkcs7.ts';
import { drawBytes, type RandomSource } from './random-source.ts';

/** The `parameters` and `value` of a Secret struct. */
export interface EncryptedSecret {
  /** 16 bytes, never used twice. */
  readonly iv: Uint8Array<ArrayBuffer>;
  /** The plaintext and 1 to 16 bytes more, a multiple of 16. */
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

/** What {@link encryptSecret} takes. */
export interface EncryptOptions {
  /** Source of the IV; default: the runtime's generator. */
  readonly random?: RandomSource;
}

/**
 * Encrypts one secret under a fresh IV.
 *
 * The arguments are read before it returns its promise: the caller may wipe them at once.
 *
 * @param key - 16 bytes, from `agreeKey`.
 * @throws `TypeError` or `RangeError` when an argument has the wrong type or the key another length,
 * or `random` does not return 16 bytes.
 */
export async function encryptSecret(
  key: Uint8Array,
  plaintext: Uint8Array,
  { random = runtimeRandom }: EncryptOptions = {},
): Promise<EncryptedSecret> {
  requireKey(key);
  requireBytes('plaintext', plaintext);
  const iv = new Uint8Array(drawBytes(random, BLOCK_BYTES));
  const padded = pad(plaintext);
  const ciphertext = encryptBlocks(key, iv, padded);
  padded.fill(0);
  return { iv, ciphertext };
}

/**
 * Decrypts one secret into an array of its own, which the caller wipes.
 *
 * The arguments are read before it returns its promise: the caller may wipe them at once.
 *
 * @param key - 16 bytes, from `agreeKey`.
 * @throws {@link CryptoSessionError} with code `decrypt-failed`, whatever is wrong with `iv` or
 * `ciphertext`.
 * @throws `TypeError` or `RangeError` when an argument has the wrong type or the key another length.
 */
export async function decryptSecret(
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  requireKey(key);
  requireBytes('iv', iv);
  requireBytes('ciphertext', ciphertext);
  // @rule crypto/iv-length secret#transfer-secrets
  if (iv.length !== BLOCK_BYTES) throw decryptFailed();
  // @rule crypto/ciphertext-length secret#transfer-secrets
  if (ciphertext.length === 0 || ciphertext.length % BLOCK_BYTES !== 0) throw decryptFailed();
  const padded = decryptBlocks(key, iv, ciphertext);
  const length = unpaddedLength(padded);
  const plaintext = ownBytes(length ?? 0);
  plaintext.set(padded.subarray(0, length ?? 0));
  padded.fill(0);
  // @rule crypto/one-decrypt-error keywire#one-decrypt-error
  if (length === undefined) throw decryptFailed();
  return plaintext;
}

function decryptFailed(): CryptoSessionError {
  return new CryptoSessionError(
    'decrypt-failed',
    'encrypted secret: expected what this session encrypts, got something else',
  );
}

function requireKey(key: Uint8Array): void {
  requireBytes('key', key);
  if (key.length !== KEY_BYTES) {
    throw new RangeError(`key: expected ${KEY_BYTES} bytes, got ${key.length}`);
  }
}

function requireBytes(subject: string, bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`${subject}: expected a Uint8Array, got ${typeof bytes}`);
  }
}

/**
 * Key agreement of `dh-ietf1024-sha256-aes128-cbc-pkcs7`
 * (https://specifications.freedesktop.org/secret-service/latest/transfer-secrets.html): each side
 * sends 2^x mod p, and both derive the key from g^xy.
 *
 * Real daemons disagree about numbers that do not fill 128 bytes and about numbers whose top bit
 * could be a sign. The *canonical session* avoids both: our public key always has 128 bytes and a
 * clear top bit, and {@link AgreedKey.isCanonical} says when the shared secret starts with a zero
 * byte, so that a client can open another session. A naive client fails about once in 250 on KWallet.
 */
import { bigIntFromBytes, bytesFromBigInt } from './big-endian.ts';
import { CryptoSessionError } from './errors.ts';
import { deriveKey } from './hkdf.ts';
import { systemRandom } from './io/random.ts';
import { hmacSha256 } from './io/runtime-crypto.ts';
import { GROUP_BYTES, PRIME, powerOf, powerOfTwo } from './modp-group.ts';
import { drawBytes, type RandomSource } from './random-source.ts';

/** Bytes of a private exponent: twice the strength that anyone ascribes to the group (README). */
const PRIVATE_KEY_BYTES = 32;
/** Always set: it fixes the length of the exponent, and with it the number of multiplications. */
const PRIVATE_KEY_TOP_BIT = 1n << 255n;
/** A peer that writes signed integers puts one zero byte before the 128. */
const MAX_PEER_KEY_BYTES = GROUP_BYTES + 1;
/** Numbers from 2^1016 fill 128 bytes; numbers below 2^1023 leave the top bit clear. */
const MIN_CANONICAL = 1n << 1016n;
const MAX_CANONICAL = 1n << 1023n;

/** The two halves of one session's key. `privateKey` is a getter and shown by no inspector. */
export interface KeyPair {
  readonly privateKey: bigint;
  /** Exactly 128 bytes, big-endian, top bit clear; as `OpenSession` takes it. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** What two sides have agreed on. `key` is a getter and shown by no inspector. */
export interface AgreedKey {
  /** 16 bytes for AES-128; the caller owns them and wipes them with `key.fill(0)`. */
  readonly key: Uint8Array<ArrayBuffer>;
  /**
   * False when g^xy is below 2^1016, once in about 256 sessions. The key is right, but a peer that
   * does not pad the secret has another one: a client opens a new session, a provider goes on.
   */
  readonly isCanonical: boolean;
}

/** What {@link generateKeyPair} takes. */
export interface GenerateKeyPairOptions {
  /** Default: the system's generator. */
  readonly random?: RandomSource;
}

/**
 * Makes a fresh key pair with a 256-bit exponent.
 *
 * @throws `TypeError` when `random` does not return 32 bytes.
 */
export function generateKeyPair({ random = systemRandom }: GenerateKeyPairOptions = {}): KeyPair {
  const drawn = drawBytes(random, PRIVATE_KEY_BYTES);
  let privateKey = bigIntFromBytes(drawn) | PRIVATE_KEY_TOP_BIT;
  drawn.fill(0);
  const exponent = bytesFromBigInt(privateKey, PRIVATE_KEY_BYTES);
  let publicValue = powerOfTwo(exponent);
  exponent.fill(0);
  // Half of all values do not fit. The next exponent's value is one doubling away, and doubling
  // always ends in the range: what has its top bit set moves away from p, what is too small grows.
  // @rule crypto/public-key-canonical keywire#canonical-session
  while (publicValue < MIN_CANONICAL || publicValue >= MAX_CANONICAL) {
    privateKey += 1n;
    publicValue = (publicValue << 1n) % PRIME;
  }
  return new GeneratedKeyPair(privateKey, bytesFromBigInt(publicValue, GROUP_BYTES));
}

/**
 * Derives the key of a session from our private key and the peer's public one.
 *
 * @param privateKey - from {@link generateKeyPair}, or any from 1 to 2^1024 - 1.
 * @param peerPublicKey - 1 to 129 bytes, big-endian; zero bytes in front are skipped.
 * @throws {@link CryptoSessionError} with code `peer-key-invalid` when the peer's key has another
 * length or is not from 2 to p - 2, where everyone could guess the secret.
 * @throws `TypeError` or `RangeError` when `privateKey` is not such a number.
 */
export function agreeKey(privateKey: bigint, peerPublicKey: Uint8Array): AgreedKey {
  requirePrivateKey(privateKey);
  const sharedSecret = bytesFromBigInt(
    powerOf(parsePeerPublicKey(peerPublicKey), privateKey),
    // @rule crypto/secret-padded keywire#canonical-session
    GROUP_BYTES,
  );
  // @rule crypto/secret-canonical keywire#canonical-session
  const isCanonical = sharedSecret[0] !== 0;
  const key = deriveKey(hmacSha256, sharedSecret);
  sharedSecret.fill(0);
  return new DerivedKey(key, isCanonical);
}

function requirePrivateKey(privateKey: bigint): void {
  if (typeof privateKey !== 'bigint') {
    throw new TypeError(`private key: expected a bigint, got ${typeof privateKey}`);
  }
  if (privateKey < 1n || privateKey >> BigInt(8 * GROUP_BYTES) !== 0n) {
    throw new RangeError('private key: expected a number from 1 to 2^1024 - 1, got one outside');
  }
}

function parsePeerPublicKey(bytes: Uint8Array): bigint {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`peer public key: expected a Uint8Array, got ${typeof bytes}`);
  }
  // @rule crypto/peer-key-length secret#transfer-secrets
  if (bytes.length === 0 || bytes.length > MAX_PEER_KEY_BYTES) {
    throw new CryptoSessionError(
      'peer-key-invalid',
      `peer public key: expected 1 to ${MAX_PEER_KEY_BYTES} bytes, got ${bytes.length}`,
    );
  }
  const value = bigIntFromBytes(bytes);
  // With 0, 1 or p - 1 the secret is 0, 1 or p - 1 whatever our exponent is.
  // @rule crypto/peer-key-range keywire#canonical-session
  if (value < 2n || value > PRIME - 2n) {
    throw new CryptoSessionError(
      'peer-key-invalid',
      'peer public key: expected a number from 2 to p - 2, got one outside',
    );
  }
  return value;
}

class GeneratedKeyPair implements KeyPair {
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly #privateKey: bigint;

  constructor(privateKey: bigint, publicKey: Uint8Array<ArrayBuffer>) {
    this.#privateKey = privateKey;
    this.publicKey = publicKey;
  }

  get privateKey(): bigint {
    return this.#privateKey;
  }
}

class DerivedKey implements AgreedKey {
  readonly isCanonical: boolean;
  readonly #key: Uint8Array<ArrayBuffer>;

  constructor(key: Uint8Array<ArrayBuffer>, isCanonical: boolean) {
    this.#key = key;
    this.isCanonical = isCanonical;
  }

  get key(): Uint8Array<ArrayBuffer> {
    return this.#key;
  }
}

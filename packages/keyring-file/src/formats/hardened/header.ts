/**
 * The header of the hardened form: which function makes the key from the password, at which cost,
 * and a MAC under that key over exactly these bytes and the context. Layout: docs/KEYRING-FILE.md,
 * "The hardened form". The costs are bounded before they are believed.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  encodeUtf8,
  equalBytes,
  type OwnBytes,
} from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import {
  checkCost,
  deriveRootKey,
  type KdfCost,
  type KeyDerivation,
  parametersOf,
} from '../../keys/kdf.ts';
import { SecretKey } from '../../keys/secret-key.ts';
import { HARDENED_HEADER_BYTES, HARDENED_SALT_BYTES } from '../../limits.ts';

/** `KeywireKeyring\r\n`: the line end shows a file that was mangled as text. */
export const HARDENED_MAGIC: Uint8Array = encodeUtf8('KeywireKeyring\r\n');

const VERSION = 1;
const KDF_SCRYPT = 1;
const KDF_ARGON2ID = 2;
const KEY_BYTES = 32;

/** What the header of a hardened file says: how its keys are derived. */
export interface HardenedHeader {
  readonly cost: KdfCost;
  /** 32 bytes, fresh for each password and cost. */
  readonly salt: Uint8Array;
}

/** The three keys that HKDF makes of the root key, one for each purpose. */
export interface HardenedKeys {
  readonly header: SecretKey;
  readonly index: SecretKey;
  readonly item: SecretKey;
}

/** Encodes the 64 bytes that the MAC and all associated data begin with. */
export function encodeHeader({ cost, salt }: HardenedHeader): OwnBytes {
  const [first, second, third] = parametersOf(cost);
  return new ByteWriter()
    .bytes(HARDENED_MAGIC)
    .uint8(VERSION)
    .uint8(cost.kdf === 'scrypt' ? KDF_SCRYPT : KDF_ARGON2ID)
    .uint16(0)
    .uint32(first)
    .uint32(second)
    .uint32(third)
    .bytes(salt)
    .finish();
}

/**
 * Parses the header and checks its costs; nothing is derived yet.
 * @throws {@link KeyringFileError} with code `not-a-keyring-file`, `truncated`,
 * `unsupported-version`, `malformed`, `too-weak` or `too-expensive`
 */
export function parseHeader(bytes: Uint8Array): HardenedHeader {
  if (!equalBytes(bytes.subarray(0, HARDENED_MAGIC.length), HARDENED_MAGIC)) {
    throw new KeyringFileError(
      'not-a-keyring-file',
      `hardened keyring: expected its 16-byte magic, got ${bytes.length} other bytes`,
    );
  }
  const reader = new ByteReader(bytes.subarray(HARDENED_MAGIC.length), 'hardened keyring');
  const version = reader.uint8();
  // @rule file/hardened-version keywire#hardened
  if (version !== VERSION) throw unsupported(`version ${VERSION}`, version);
  const kdf = reader.uint8();
  const reserved = reader.uint16();
  // @rule file/hardened-reserved keywire#hardened
  if (reserved !== 0) throw unsupported('a reserved field of 0', reserved);
  const cost = costOf(kdf, reader.uint32(), reader.uint32(), reader.uint32());
  checkCost(cost);
  return { cost, salt: reader.take(HARDENED_SALT_BYTES).slice() };
}

/** Derives the keys; the one step that takes long. */
export async function deriveKeys(
  header: HardenedHeader,
  password: Uint8Array,
  kdf: KeyDerivation,
): Promise<HardenedKeys> {
  const root = await deriveRootKey(kdf, password, header.salt, header.cost, KEY_BYTES);
  const keyFor = (purpose: string): SecretKey =>
    new SecretKey(
      hkdf(sha256, root, undefined, encodeUtf8(`keywire keyring 1 ${purpose}`), KEY_BYTES),
    );
  const keys = { header: keyFor('header'), index: keyFor('index'), item: keyFor('item') };
  root.fill(0);
  return keys;
}

/** HMAC-SHA256 over header and context: it authenticates both and commits to the key. */
export function headerMac(keys: HardenedKeys, header: Uint8Array, context: string): OwnBytes {
  return hmac(sha256, keys.header.use(), concatBytes(header, encodeUtf8(context)));
}

export function wipeKeys(keys: HardenedKeys): void {
  keys.header.wipe();
  keys.index.wipe();
  keys.item.wipe();
}

/** Splits the fixed part off. */
export function headerOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, HARDENED_HEADER_BYTES);
}

function costOf(kdf: number, first: number, second: number, third: number): KdfCost {
  if (kdf === KDF_SCRYPT) return { kdf: 'scrypt', logN: first, r: second, p: third };
  if (kdf === KDF_ARGON2ID) {
    return { kdf: 'argon2id', memoryKiB: first, passes: second, lanes: third };
  }
  throw unsupported('key derivation 1 or 2', kdf);
}

function unsupported(expected: string, got: number): KeyringFileError {
  return new KeyringFileError(
    'unsupported-version',
    `hardened keyring: expected ${expected}, got ${got}`,
  );
}

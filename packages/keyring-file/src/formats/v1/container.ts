/**
 * The libsecret / oo7 "v1" keyring file without its key: header and sealed items.
 * Layout and constants: docs/KEYRING-FILE.md, "The v1 form". Accepted: version 1.0, GVariant
 * `(uayutua(a{say}ay))` in normal form. Nothing here is authenticated but the blobs; see README.
 */
import { concatBytes, equalBytes, type OwnBytes, safeNumber } from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import { checkAttributeCount, checkItemCount } from '../../item.ts';
import {
  V1_MAC_BYTES,
  V1_MAX_ITERATIONS,
  V1_MAX_SALT_BYTES,
  V1_MIN_ITERATIONS,
  V1_MIN_SALT_BYTES,
} from '../../limits.ts';
import {
  FramedTuple,
  formatOffsets,
  formatString,
  joinArray,
  joinPair,
  readString,
  splitArray,
  splitPair,
} from './gvariant.ts';

/** `GnomeKeyring\n\r\0\n`, shared by v0 and v1. */
export const GNOME_MAGIC: Uint8Array = Uint8Array.of(
  ...[0x47, 0x6e, 0x6f, 0x6d, 0x65, 0x4b, 0x65, 0x79],
  ...[0x72, 0x69, 0x6e, 0x67, 0x0a, 0x0d, 0x00, 0x0a],
);

/** One item as it lies in the file. */
export interface V1SealedItem {
  /** Name to HMAC-SHA256 of the value; names are in clear. */
  readonly hashedAttributes: ReadonlyMap<string, Uint8Array>;
  /** Ciphertext ‖ IV(16) ‖ MAC(32). */
  readonly blob: Uint8Array;
}

/** A v1 file, sealed. */
export interface V1File {
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** Unix seconds. */
  readonly modified: number;
  /** Goes up by one with every write. */
  readonly usageCount: number;
  readonly items: readonly V1SealedItem[];
}

const SUBJECT = 'v1 keyring';

/**
 * Parses a v1 file without a password.
 * @throws {@link KeyringFileError} with code `not-a-keyring-file`, `unsupported-version`,
 * `truncated`, `malformed`, `too-large`, `too-weak` or `too-expensive`
 */
export function parseV1(bytes: Uint8Array): V1File {
  const body = checkPreamble(bytes);
  const tuple = new FramedTuple(body, 1, SUBJECT);
  const saltBytes = tuple.uint32();
  const salt = tuple.variable();
  const iterations = tuple.uint32();
  const modified = safeNumber(tuple.uint64(), SUBJECT);
  const usageCount = tuple.uint32();
  checkDerivation(saltBytes, salt, iterations);
  const items = parseItems(tuple.last());
  return { salt: salt.slice(), iterations, modified, usageCount, items };
}

/** Encodes a v1 file as libsecret does: in normal form, names in byte order. */
export function encodeV1(file: V1File): OwnBytes {
  checkDerivation(file.salt.length, file.salt, file.iterations);
  checkAttributeCount(file.items.reduce((sum, item) => sum + item.hashedAttributes.size, 0));
  const saltEnd = 4 + file.salt.length;
  const iterationsAt = alignUp(saltEnd, 4);
  const modifiedAt = alignUp(iterationsAt + 4, 8);
  const head = new Uint8Array(modifiedAt + 8 + 4);
  const view = new DataView(head.buffer);
  view.setUint32(0, file.salt.length, true);
  head.set(file.salt, 4);
  view.setUint32(iterationsAt, file.iterations, true);
  view.setBigUint64(modifiedAt, BigInt(file.modified), true);
  // Counts on from 0 after 2^32 − 1.
  view.setUint32(modifiedAt + 8, file.usageCount, true);
  const items = joinArray(file.items.map(formatItem));
  const framing = formatOffsets(head.length + items.length, [saltEnd]);
  return concatBytes(GNOME_MAGIC, Uint8Array.of(1, 0), head, items, framing);
}

function checkPreamble(bytes: Uint8Array): Uint8Array {
  if (!equalBytes(bytes.subarray(0, GNOME_MAGIC.length), GNOME_MAGIC)) {
    throw new KeyringFileError(
      'not-a-keyring-file',
      `${SUBJECT}: expected its 16-byte magic, got ${bytes.length} other bytes`,
    );
  }
  const [major, minor] = bytes.subarray(16, 18);
  if (major === undefined || minor === undefined) {
    throw new KeyringFileError(
      'truncated',
      `${SUBJECT}: expected a version, got ${bytes.length} bytes`,
    );
  }
  // @rule file/v1-version keywire#v1
  if (major !== 1 || minor !== 0) {
    throw new KeyringFileError(
      'unsupported-version',
      `${SUBJECT}: expected version 1.0, got ${major}.${minor}`,
    );
  }
  return bytes.subarray(18);
}

function checkDerivation(saltBytes: number, salt: Uint8Array, iterations: number): void {
  // @rule file/v1-salt keywire#v1
  if (saltBytes !== salt.length) {
    throw new KeyringFileError(
      'malformed',
      `salt: expected ${saltBytes} bytes, as it says itself, got ${salt.length}`,
    );
  }
  if (salt.length < V1_MIN_SALT_BYTES || salt.length > V1_MAX_SALT_BYTES) {
    throw new KeyringFileError(
      'malformed',
      `salt: expected ${V1_MIN_SALT_BYTES}..${V1_MAX_SALT_BYTES} bytes, got ${salt.length}`,
    );
  }
  // The header is not authenticated. Whoever lowers the count in an empty file would have the next
  // writer protect its secrets with that count, so a low one is refused for reading, too.
  // @rule file/v1-iterations keywire#v1
  if (iterations < V1_MIN_ITERATIONS) {
    throw new KeyringFileError(
      'too-weak',
      `iterations: expected at least ${V1_MIN_ITERATIONS}, got ${iterations}`,
    );
  }
  if (iterations > V1_MAX_ITERATIONS) {
    throw new KeyringFileError(
      'too-expensive',
      `iterations: expected at most ${V1_MAX_ITERATIONS}, got ${iterations}`,
    );
  }
}

function parseItems(bytes: Uint8Array): V1SealedItem[] {
  let total = 0;
  const addToTotal = (count: number): void => {
    total += count;
    checkAttributeCount(total);
  };
  return splitArray(bytes, SUBJECT, checkItemCount).map((item) => parseItem(item, addToTotal));
}

function parseItem(bytes: Uint8Array, checkCount: (count: number) => void): V1SealedItem {
  const [attributes, blob] = splitPair(bytes, SUBJECT);
  const hashedAttributes = new Map<string, Uint8Array>();
  for (const entry of splitArray(attributes, SUBJECT, checkCount)) {
    const [name, hash] = splitPair(entry, SUBJECT);
    const text = readString(name, SUBJECT);
    // @rule file/v1-attribute-hash keywire#v1
    if (hash.length !== V1_MAC_BYTES || hashedAttributes.has(text)) {
      throw new KeyringFileError(
        'malformed',
        `hashed attribute: expected one of ${V1_MAC_BYTES} bytes for each name, got ${hash.length}`,
      );
    }
    hashedAttributes.set(text, hash.slice());
  }
  return { hashedAttributes, blob: blob.slice() };
}

function formatItem(item: V1SealedItem): OwnBytes {
  const entries = [...item.hashedAttributes].map(([name, hash]) =>
    joinPair(formatString(name), hash),
  );
  return joinPair(joinArray(entries), item.blob);
}

function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

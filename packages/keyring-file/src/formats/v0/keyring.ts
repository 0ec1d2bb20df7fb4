/**
 * Opens a v0 keyring: AES-128-CBC under a key of iterated SHA-256, checked by an MD5 inside. That
 * is weak on both counts (a few thousand hashes a guess, no real MAC), so it is read for import and
 * never written. Layout: docs/KEYRING-FILE.md, "The v0 form".
 */
import { cbc } from '@noble/ciphers/aes.js';
import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  ByteReader,
  concatBytes,
  encodeUtf8,
  equalBytes,
  formatHex,
  type OwnBytes,
} from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import { DEFAULT_CONTENT_TYPE, type ItemContents, type RejectedItem } from '../../item.ts';
import { type ReadItem, ReadOnlyKeyring } from '../read-only-keyring.ts';
import {
  orderTimes,
  parseV0,
  readAttributes,
  readBlob,
  readText,
  readTime,
  type V0File,
  type V0Value,
} from './container.ts';

const DIGEST_BYTES = 16;
/** Access bits, three texts and a reserved number. */
const ACL_MIN_BYTES = 20;
const TYPE_MASK = 0xffff;

/**
 * What an item's type means where it has no schema attribute, as gnome-keyring gives it to its
 * clients. A generic item has none: with one, it would no longer be the same attribute set.
 */
const SCHEMA_OF_TYPE: ReadonlyMap<number, string> = new Map([
  [1, 'org.gnome.keyring.NetworkPassword'],
  [2, 'org.gnome.keyring.Note'],
  [3, 'org.gnome.keyring.ChainedKeyring'],
  [4, 'org.gnome.keyring.EncryptionKey'],
  [0x100, 'org.gnome.keyring.PkStorage'],
]);

/**
 * Parses and opens a v0 file.
 * @throws {@link KeyringFileError} with the codes of `parseV0`, or `wrong-password`, which a
 * damaged encrypted block cannot be told from
 */
export function openV0(bytes: Uint8Array, password: Uint8Array): ReadOnlyKeyring {
  const file = parseV0(bytes);
  const plaintext = decrypt(file, password);
  try {
    // @rule file/v0-digest keywire#v0
    if (!equalBytes(md5(plaintext.subarray(DIGEST_BYTES)), plaintext.subarray(0, DIGEST_BYTES))) {
      throw new KeyringFileError(
        'wrong-password',
        'v0 keyring: expected the password it was written with, got another (or a damaged file)',
      );
    }
    return readItems(file, new ByteReader(plaintext.subarray(DIGEST_BYTES), 'v0 keyring'));
  } finally {
    plaintext.fill(0);
  }
}

/** Gives an attribute the value it has in the Secret Service API: numbers become decimal text. */
export function attributesWithSchema(
  values: ReadonlyMap<string, V0Value>,
  type: number,
): Map<string, string> {
  const attributes = new Map([...values].map(([name, value]) => [name, String(value)]));
  const schema = SCHEMA_OF_TYPE.get(type & TYPE_MASK);
  if (schema !== undefined && !attributes.has('xdg:schema')) attributes.set('xdg:schema', schema);
  return attributes;
}

function decrypt(file: V0File, password: Uint8Array): OwnBytes {
  let digest = sha256(concatBytes(password, file.salt));
  for (let round = 1; round < file.iterations; round += 1) digest = sha256(digest);
  const cipher = cbc(digest.slice(0, 16), digest.slice(16), { disablePadding: true });
  digest.fill(0);
  return cipher.decrypt(file.sealed.slice());
}

function readItems(file: V0File, reader: ByteReader): ReadOnlyKeyring {
  const items: ReadItem[] = [];
  const rejected: RejectedItem[] = [];
  for (const clear of file.items) {
    const { contents, values } = readItem(reader, clear.type);
    const id = String(clear.id);
    // The clear part has no protection at all: one that was edited names another item's id or
    // type, so the item it belongs to is not trusted.
    // @rule file/v0-clear-part keywire#v0
    if (matchesHashes(values, clear.hashedAttributes)) items.push({ id, contents });
    else rejected.push({ id, error: tampered() });
  }
  return new ReadOnlyKeyring('v0', file.label, items, rejected);
}

function readItem(
  reader: ByteReader,
  type: number,
): { contents: ItemContents; values: Map<string, V0Value> } {
  const label = readText(reader);
  const secret = readBlob(reader).slice();
  const times = orderTimes(readTime(reader), readTime(reader));
  readText(reader); // Reserved, as the four numbers after it.
  reader.take(16);
  const values = readAttributes(reader);
  for (let left = reader.count(ACL_MIN_BYTES); left > 0; left -= 1) skipAccessRule(reader);
  return {
    values,
    contents: {
      label,
      secret,
      ...times,
      attributes: attributesWithSchema(values, type),
      contentType: DEFAULT_CONTENT_TYPE,
    },
  };
}

/** Which programs may read an item: gnome-keyring keeps these, and does not apply them, either. */
function skipAccessRule(reader: ByteReader): void {
  reader.uint32();
  readText(reader);
  readText(reader);
  readText(reader);
  reader.uint32();
}

function matchesHashes(
  values: ReadonlyMap<string, V0Value>,
  hashes: ReadonlyMap<string, V0Value>,
): boolean {
  if (values.size !== hashes.size) return false;
  for (const [name, value] of values) {
    if (hashes.get(name) !== hashValue(value)) return false;
  }
  return true;
}

function hashValue(value: V0Value): V0Value {
  if (typeof value === 'string') return formatHex(md5(encodeUtf8(value)));
  return (0x1827_3645 ^ value ^ ((value << 16) | (value >>> 16))) >>> 0;
}

function tampered(): KeyringFileError {
  return new KeyringFileError(
    'tampered-item',
    'item: expected its hashed attributes to match the encrypted ones, got others',
  );
}

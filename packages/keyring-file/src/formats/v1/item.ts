/**
 * One item of a v1 keyring: `AES-128-CBC ‖ IV ‖ HMAC-SHA256` over GVariant `(a{ss}sttay)`, and the
 * hashed attributes beside it. Layout: docs/KEYRING-FILE.md, "The v1 form".
 *
 * One 16-byte key both encrypts and authenticates, as the format demands. The MAC is checked first
 * and in constant time; after it, padding tells nobody anything. The hashes beside the blob have no
 * MAC of their own, so they are recomputed and compared.
 */
import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, encodeUtf8, equalBytes, type OwnBytes, safeNumber } from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import {
  type AttributesInit,
  attributesOf,
  DEFAULT_CONTENT_TYPE,
  type ItemContents,
  sortedAttributes,
} from '../../item.ts';
import { V1_IV_BYTES, V1_KEY_BYTES, V1_MAC_BYTES } from '../../limits.ts';
import type { V1SealedItem } from './container.ts';
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

/**
 * The format has no content type. oo7 keeps it in this attribute, libsecret knows none; here it is
 * a property and no attribute, written only where it is not the default.
 */
const CONTENT_TYPE_ATTRIBUTE = 'xdg:content-type';

/**
 * Takes the content type out of attributes that name it, as reading the file does: else an item
 * would have another attribute set, and another id, once the file is read again.
 */
export function withContentTypeProperty<
  Init extends { readonly attributes?: AttributesInit; readonly contentType?: string },
>(init: Init): Init {
  const attributes = attributesOf(init.attributes ?? []);
  const named = attributes.get(CONTENT_TYPE_ATTRIBUTE);
  // @rule file/v1-content-type keywire#v1
  if (named === undefined) return init;
  attributes.delete(CONTENT_TYPE_ATTRIBUTE);
  const { contentType = DEFAULT_CONTENT_TYPE } = init;
  // The default is what callers give who know of no other.
  return {
    ...init,
    attributes,
    contentType: contentType === DEFAULT_CONTENT_TYPE ? named : contentType,
  };
}

/** Encrypts and authenticates one item under a fresh IV of 16 random bytes. */
export function sealV1Item(key: Uint8Array, item: ItemContents, iv: Uint8Array): V1SealedItem {
  const attributes = new Map(item.attributes);
  if (item.contentType !== DEFAULT_CONTENT_TYPE) {
    attributes.set(CONTENT_TYPE_ATTRIBUTE, item.contentType);
  }
  const plaintext = formatPlaintext(attributes, item);
  const sealed = concatBytes(cbc(key, iv).encrypt(plaintext), iv);
  plaintext.fill(0);
  return {
    hashedAttributes: hashAttributes(key, attributes),
    blob: concatBytes(sealed, hmac(sha256, key, sealed)),
  };
}

/**
 * Checks and decrypts one item. The secret is a fresh buffer that the caller wipes.
 * @throws {@link KeyringFileError} with code `tampered-item`
 */
export function openV1Item(key: Uint8Array, sealed: V1SealedItem): ItemContents {
  const { blob } = sealed;
  const macAt = blob.length - V1_MAC_BYTES;
  const ivAt = macAt - V1_IV_BYTES;
  // @rule file/v1-item-mac keywire#v1
  if (ivAt <= 0 || ivAt % V1_KEY_BYTES !== 0 || !hasValidMac(key, blob)) {
    throw tampered('expected its authentication code to match');
  }
  const plaintext = cbc(key, blob.slice(ivAt, macAt)).decrypt(blob.slice(0, ivAt));
  try {
    const item = parsePlaintext(plaintext);
    // @rule file/v1-attribute-binding keywire#v1
    if (!equalHashes(hashAttributes(key, item.attributes), sealed.hashedAttributes)) {
      throw tampered('expected its hashed attributes to match the encrypted ones');
    }
    return withoutContentTypeAttribute(item);
  } finally {
    plaintext.fill(0);
  }
}

/** Checks the MAC of a blob alone: the only test of a password that the format has. */
export function hasValidMac(key: Uint8Array, blob: Uint8Array): boolean {
  const mac = blob.subarray(-V1_MAC_BYTES);
  return equalBytes(hmac(sha256, key, blob.subarray(0, -V1_MAC_BYTES)), mac);
}

/** HMAC-SHA256 of each value, by name in byte order. */
export function hashAttributes(
  key: Uint8Array,
  attributes: ReadonlyMap<string, string>,
): Map<string, Uint8Array> {
  return new Map(
    sortedAttributes(attributes).map(([name, value]) => [
      name,
      hmac(sha256, key, encodeUtf8(value)),
    ]),
  );
}

function formatPlaintext(attributes: ReadonlyMap<string, string>, item: ItemContents): OwnBytes {
  const dictionary = joinArray(
    sortedAttributes(attributes).map(([name, value]) =>
      joinPair(formatString(name), formatString(value)),
    ),
  );
  const label = formatString(item.label);
  const labelEnd = dictionary.length + label.length;
  const padding = new Uint8Array((8 - (labelEnd % 8)) % 8);
  const times = new Uint8Array(16);
  const view = new DataView(times.buffer);
  view.setBigUint64(0, BigInt(item.created), true);
  view.setBigUint64(8, BigInt(item.modified), true);
  const bodyBytes = labelEnd + padding.length + times.length + item.secret.length;
  const framing = formatOffsets(bodyBytes, [labelEnd, dictionary.length]);
  return concatBytes(dictionary, label, padding, times, item.secret, framing);
}

function parsePlaintext(plaintext: Uint8Array): ItemContents {
  const subject = 'item';
  const tuple = new FramedTuple(plaintext, 2, subject);
  const attributes = new Map<string, string>();
  for (const entry of splitArray(tuple.variable(), subject)) {
    const [name, value] = splitPair(entry, subject);
    attributes.set(readString(name, subject), readString(value, subject));
  }
  return {
    attributes,
    label: readString(tuple.variable(), subject),
    created: safeNumber(tuple.uint64(), subject),
    modified: safeNumber(tuple.uint64(), subject),
    secret: tuple.last().slice(),
    contentType: DEFAULT_CONTENT_TYPE,
  };
}

function withoutContentTypeAttribute(item: ItemContents): ItemContents {
  const contentType = item.attributes.get(CONTENT_TYPE_ATTRIBUTE);
  if (contentType === undefined) return item;
  const attributes = new Map(item.attributes);
  attributes.delete(CONTENT_TYPE_ATTRIBUTE);
  return { ...item, attributes, contentType };
}

function equalHashes(
  a: ReadonlyMap<string, Uint8Array>,
  b: ReadonlyMap<string, Uint8Array>,
): boolean {
  if (a.size !== b.size) return false;
  for (const [name, hash] of a) {
    const other = b.get(name);
    if (other === undefined || !equalBytes(hash, other)) return false;
  }
  return true;
}

function tampered(expected: string): KeyringFileError {
  return new KeyringFileError('tampered-item', `item: ${expected}, got something else`);
}

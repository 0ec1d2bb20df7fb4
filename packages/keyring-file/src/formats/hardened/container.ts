/**
 * The hardened file without its keys (header, MAC, sealed index, sealed items), and the index's
 * own layout. The index lists every item with its id, size and authentication tag, so that items
 * cannot be removed, swapped, or put back in an older version one by one. Layout:
 * docs/KEYRING-FILE.md, "The hardened form".
 */
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  decodeUtf8,
  encodeUtf8,
  formatHex,
  type OwnBytes,
  parseHex,
} from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import { expectPresent } from '../../invariant.ts';
import { checkItemCount } from '../../item.ts';
import {
  HARDENED_HEADER_BYTES,
  HARDENED_ID_BYTES,
  HARDENED_MAC_BYTES,
  HARDENED_NONCE_BYTES,
  HARDENED_TAG_BYTES,
} from '../../limits.ts';
import { encodeHeader, type HardenedHeader, headerOf, parseHeader } from './header.ts';

/** A hardened file, sealed. */
export interface HardenedFile {
  readonly header: HardenedHeader;
  /** HMAC-SHA256 of header and context. */
  readonly mac: Uint8Array;
  /** Nonce(24) ‖ ciphertext ‖ tag(16). */
  readonly sealedIndex: Uint8Array;
  /** All sealed items, one after the other, in the order of the index. */
  readonly body: Uint8Array;
}

/** One item as the index names it. */
export interface IndexEntry {
  /** 16 random bytes in hexadecimal. */
  readonly id: string;
  /** Nonce, ciphertext and tag together. */
  readonly sealedBytes: number;
  readonly tag: Uint8Array;
}

/** One sealed item with what the index says of it. */
export interface SealedItem {
  readonly index: IndexEntry;
  readonly box: Uint8Array;
}

/** The decrypted index. */
export interface HardenedIndex {
  readonly revision: number;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly modified: number;
  readonly label: string;
  readonly entries: readonly IndexEntry[];
}

const SEALED_MIN_BYTES = HARDENED_NONCE_BYTES + HARDENED_TAG_BYTES;
const INDEX_ENTRY_BYTES = HARDENED_ID_BYTES + 4 + HARDENED_TAG_BYTES;

/**
 * Parses a hardened file without a password.
 * @throws {@link KeyringFileError} with the codes of `parseHeader`, and `truncated` or `malformed`
 */
export function parseHardened(bytes: Uint8Array): HardenedFile {
  const header = parseHeader(bytes);
  const reader = new ByteReader(bytes.subarray(HARDENED_HEADER_BYTES), 'hardened keyring');
  const mac = reader.take(HARDENED_MAC_BYTES).slice();
  const indexBytes = reader.uint32();
  // @rule file/hardened-sizes keywire#hardened
  if (indexBytes < SEALED_MIN_BYTES) {
    throw new KeyringFileError(
      'malformed',
      `index: expected at least ${SEALED_MIN_BYTES} bytes, got ${indexBytes}`,
    );
  }
  const sealedIndex = reader.take(indexBytes).slice();
  return { header, mac, sealedIndex, body: reader.take(reader.remaining).slice() };
}

/** The inverse of {@link parseHardened}. */
export function encodeHardened(file: HardenedFile): OwnBytes {
  return new ByteWriter()
    .bytes(encodeHeader(file.header))
    .bytes(file.mac)
    .sized(file.sealedIndex)
    .bytes(file.body)
    .finish();
}

/** Associated data of the index and, with an id, of one item: header, id, context. */
export function associatedData(header: HardenedHeader, context: string, id = ''): OwnBytes {
  return concatBytes(headerOf(encodeHeader(header)), idBytes(id), encodeUtf8(context));
}

/** Encodes the plaintext of the index. */
export function encodeIndex(index: HardenedIndex): OwnBytes {
  const writer = new ByteWriter()
    .uint64(index.revision)
    .uint64(index.created)
    .uint64(index.modified)
    .sized(encodeUtf8(index.label))
    .uint32(index.entries.length);
  for (const entry of index.entries) {
    writer.bytes(idBytes(entry.id)).uint32(entry.sealedBytes).bytes(entry.tag);
  }
  return writer.finish();
}

/** Parses the plaintext of an index, which has been authenticated already. */
export function parseIndex(plaintext: Uint8Array): HardenedIndex {
  const reader = new ByteReader(plaintext, 'index');
  const revision = reader.uint64();
  const created = reader.uint64();
  const modified = reader.uint64();
  const label = decodeUtf8(reader.take(reader.uint32()), 'index');
  const count = reader.count(INDEX_ENTRY_BYTES);
  checkItemCount(count);
  const entries: IndexEntry[] = [];
  for (let left = count; left > 0; left -= 1) {
    entries.push({
      id: formatHex(reader.take(HARDENED_ID_BYTES)),
      sealedBytes: reader.uint32(),
      tag: reader.take(HARDENED_TAG_BYTES).slice(),
    });
  }
  return { revision, created, modified, label, entries };
}

/**
 * Cuts the body into the sealed items that the index lists.
 * @throws {@link KeyringFileError} with code `truncated`, or `malformed` when bytes are left over
 */
export function splitBody(body: Uint8Array, entries: readonly IndexEntry[]): SealedItem[] {
  const reader = new ByteReader(body, 'hardened keyring');
  const items = entries.map((index) => ({ index, box: reader.take(index.sealedBytes) }));
  // @rule file/hardened-no-remainder keywire#hardened
  if (reader.remaining > 0) {
    throw new KeyringFileError(
      'malformed',
      `hardened keyring: expected its end after the last item, got ${reader.remaining} bytes`,
    );
  }
  return items;
}

function idBytes(id: string): OwnBytes {
  return expectPresent(parseHex(id), 'an item id in hexadecimal');
}

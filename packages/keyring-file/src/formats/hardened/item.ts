/**
 * One box of the hardened form: nonce(24) ‖ XChaCha20-Poly1305 ciphertext ‖ tag(16), and the
 * plaintext layout of an item. Layout: docs/KEYRING-FILE.md, "The hardened form".
 *
 * Nonces are random: 192 bits leave no room for an accidental repetition, so writers that do not
 * know of each other cannot reuse one.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  decodeUtf8,
  encodeUtf8,
  type OwnBytes,
} from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import { type ItemContents, sortedAttributes } from '../../item.ts';
import { HARDENED_NONCE_BYTES, HARDENED_PADDING_BYTES, HARDENED_TAG_BYTES } from '../../limits.ts';

/** Encrypts under a fresh random nonce. */
export function sealBox(
  key: Uint8Array,
  plaintext: Uint8Array,
  associated: Uint8Array,
  nonce: Uint8Array,
): OwnBytes {
  return concatBytes(nonce, xchacha20poly1305(key, nonce, associated).encrypt(plaintext));
}

/** Decrypts into a fresh buffer; `undefined` when the box is not authentic. */
export function openBox(
  key: Uint8Array,
  box: Uint8Array,
  associated: Uint8Array,
): OwnBytes | undefined {
  if (box.length < HARDENED_NONCE_BYTES + HARDENED_TAG_BYTES) return undefined;
  const nonce = box.slice(0, HARDENED_NONCE_BYTES);
  const cipher = xchacha20poly1305(key, nonce, associated);
  try {
    // @rule file/hardened-item-binding keywire#hardened
    return cipher.decrypt(box.slice(HARDENED_NONCE_BYTES));
  } catch {
    // The library has one reason to refuse a box of valid sizes: its tag.
    return undefined;
  }
}

/** The last bytes of a box: what the index pins. */
export function tagOf(box: Uint8Array): Uint8Array {
  return box.slice(-HARDENED_TAG_BYTES);
}

/** Encodes an item, padded with zeros. The caller wipes the result. */
export function encodeItem(item: ItemContents): OwnBytes {
  const writer = new ByteWriter()
    .uint64(item.created)
    .uint64(item.modified)
    .sized(encodeUtf8(item.label))
    .sized(encodeUtf8(item.contentType))
    .uint32(item.attributes.size);
  for (const [name, value] of sortedAttributes(item.attributes)) {
    writer.sized(encodeUtf8(name)).sized(encodeUtf8(value));
  }
  const bytes = writer.sized(item.secret).finish();
  const padded = new Uint8Array(
    Math.ceil(bytes.length / HARDENED_PADDING_BYTES) * HARDENED_PADDING_BYTES,
  );
  padded.set(bytes);
  bytes.fill(0);
  return padded;
}

/**
 * Parses an item that has been authenticated. The secret is a fresh buffer.
 * @throws {@link KeyringFileError} with code `truncated` or `malformed`: its writer was at fault
 */
export function parseItem(plaintext: Uint8Array): ItemContents {
  const reader = new ByteReader(plaintext, 'item');
  const text = (): string => decodeUtf8(reader.take(reader.uint32()), 'item');
  const created = reader.uint64();
  const modified = reader.uint64();
  const label = text();
  const contentType = text();
  const attributes = new Map<string, string>();
  for (let left = reader.count(8); left > 0; left -= 1) attributes.set(text(), text());
  const secret = reader.take(reader.uint32()).slice();
  // @rule file/hardened-padding keywire#hardened
  if (
    reader.remaining >= HARDENED_PADDING_BYTES ||
    reader.take(reader.remaining).some((byte) => byte !== 0)
  ) {
    throw new KeyringFileError('malformed', 'item: expected zero padding at its end, got more');
  }
  return { label, attributes, contentType, created, modified, secret };
}

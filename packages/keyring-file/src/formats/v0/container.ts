/**
 * gnome-keyring's own binary keyring file ("v0") without its key: big-endian header, the clear part
 * of each item, and one encrypted block. Layout: docs/KEYRING-FILE.md, "The v0 form". Accepted:
 * version 0.0 with AES-128 and MD5, the only one there is.
 */
import { ByteReader, decodeUtf8, equalBytes } from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import { checkAttributeCount, checkItemCount } from '../../item.ts';
import { V0_MAX_ITERATIONS, V0_SALT_BYTES } from '../../limits.ts';
import { GNOME_MAGIC } from '../v1/container.ts';

/** A value of an attribute: text, or a number of the time before the Secret Service API. */
export type V0Value = string | number;

/** The clear part of an item: its attributes' names, with hashes of their values. */
export interface V0ClearItem {
  readonly id: number;
  /** 0 generic, 1 network password, 2 note, 3 keyring password, 4 key password, 0x100 … */
  readonly type: number;
  /** MD5 in hexadecimal for text, a mixed 32-bit number for a number. */
  readonly hashedAttributes: ReadonlyMap<string, V0Value>;
}

/** A v0 file, sealed. */
export interface V0File {
  readonly label: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly modified: number;
  readonly iterations: number;
  /** 8 bytes. */
  readonly salt: Uint8Array;
  readonly items: readonly V0ClearItem[];
  /** A whole number of 16-byte blocks. */
  readonly sealed: Uint8Array;
}

const SUBJECT = 'v0 keyring';
const NULL_LENGTH = 0xffff_ffff;
const MAX_LENGTH = 0x7fff_ffff;
/** id, type and a count of attributes. */
const CLEAR_ITEM_MIN_BYTES = 12;
/** An empty name, a type and an empty value. */
const ATTRIBUTE_MIN_BYTES = 12;

/**
 * Parses a v0 file without a password.
 * @throws {@link KeyringFileError} with code `not-a-keyring-file`, `unsupported-version`,
 * `truncated`, `malformed`, `too-large` or `too-expensive`
 */
export function parseV0(bytes: Uint8Array): V0File {
  if (!equalBytes(bytes.subarray(0, GNOME_MAGIC.length), GNOME_MAGIC)) {
    throw new KeyringFileError(
      'not-a-keyring-file',
      `${SUBJECT}: expected its 16-byte magic, got ${bytes.length} other bytes`,
    );
  }
  const reader = new ByteReader(bytes.subarray(GNOME_MAGIC.length), SUBJECT);
  // @rule file/v0-version keywire#v0
  const algorithms = [reader.uint8(), reader.uint8(), reader.uint8(), reader.uint8()].join('.');
  if (algorithms !== '0.0.0.0') {
    throw new KeyringFileError(
      'unsupported-version',
      `${SUBJECT}: expected version, cipher and hash 0.0.0.0, got ${algorithms}`,
    );
  }
  const label = readText(reader);
  const [first, second] = [readTime(reader), readTime(reader)];
  reader.take(8); // Flags and a timeout for locking: nothing for a file at rest.
  const iterations = reader.uint32();
  checkIterations(iterations);
  const salt = reader.take(V0_SALT_BYTES).slice();
  reader.take(16); // Reserved.
  const count = reader.count(CLEAR_ITEM_MIN_BYTES);
  checkItemCount(count);
  const items: V0ClearItem[] = [];
  let attributes = 0;
  for (let left = count; left > 0; left -= 1) {
    const [id, type] = [reader.uint32(), reader.uint32()];
    const hashedAttributes = readAttributes(reader, attributes);
    attributes += hashedAttributes.size;
    items.push({ id, type, hashedAttributes });
  }
  const sealed = reader.take(reader.uint32()).slice();
  // @rule file/v0-blocks keywire#v0
  if (sealed.length % 16 !== 0 || sealed.length === 0 || reader.remaining > 0) {
    throw new KeyringFileError(
      'malformed',
      `${SUBJECT}: expected whole blocks to the end, got ${sealed.length} bytes and ${reader.remaining} more`,
    );
  }
  return { label, ...orderTimes(first, second), iterations, salt, items, sealed };
}

/** Reads a text; NULL, of which the format makes a difference, is empty here. */
export function readText(reader: ByteReader): string {
  return decodeUtf8(readBlob(reader), SUBJECT);
}

/** Reads a length and as many bytes; NULL is empty. */
export function readBlob(reader: ByteReader): Uint8Array {
  const length = reader.uint32();
  if (length === NULL_LENGTH) return new Uint8Array();
  // @rule file/v0-length keywire#v0
  if (length >= MAX_LENGTH) {
    throw new KeyringFileError(
      'malformed',
      `${SUBJECT}: expected a length below 2^31 − 1, got ${length}`,
    );
  }
  return reader.take(length);
}

/** Reads a time in Unix seconds. */
export function readTime(reader: ByteReader): number {
  return reader.uint64();
}

/**
 * Reads attributes, hashed or not: the layout is the same.
 * @param before how many the items before it have. Default: 0
 */
export function readAttributes(reader: ByteReader, before = 0): Map<string, V0Value> {
  const count = reader.count(ATTRIBUTE_MIN_BYTES);
  checkAttributeCount(before + count);
  const attributes = new Map<string, V0Value>();
  for (let left = count; left > 0; left -= 1) {
    const name = readText(reader);
    const type = reader.uint32();
    // @rule file/v0-attribute-type keywire#v0
    if (type !== 0 && type !== 1) {
      throw new KeyringFileError(
        'malformed',
        `${SUBJECT}: expected attribute type 0 or 1, got ${type}`,
      );
    }
    attributes.set(name, type === 0 ? readText(reader) : reader.uint32());
  }
  return attributes;
}

/**
 * gnome-keyring writes modified before created and reads them the other way round, so that each
 * load swaps them; a keyring cannot have been modified before it was made.
 */
export function orderTimes(
  first: number,
  second: number,
): { readonly created: number; readonly modified: number } {
  const [earlier, later] = first < second ? [first, second] : [second, first];
  return { created: earlier === 0 ? later : earlier, modified: later };
}

function checkIterations(iterations: number): void {
  // @rule file/v0-iterations keywire#v0
  if (iterations < 1) {
    throw new KeyringFileError('malformed', `${SUBJECT}: expected iterations, got ${iterations}`);
  }
  if (iterations > V0_MAX_ITERATIONS) {
    throw new KeyringFileError(
      'too-expensive',
      `${SUBJECT}: expected at most ${V0_MAX_ITERATIONS} iterations, got ${iterations}`,
    );
  }
}

/**
 * An item as every format gives it: label, attributes, content type, times, and a secret that is
 * decrypted only when asked for. An item shows no secret in `inspect`, `toString` or JSON, because
 * it does not hold one.
 */
import { copyOf, encodeUtf8, type OwnBytes } from './bytes.ts';
import { KeyringFileError } from './errors.ts';
import { MAX_ATTRIBUTES, MAX_ITEMS, MAX_SECRET_BYTES } from './limits.ts';

/** Names to values: a Map, entries, or a plain object. */
export type AttributesInit =
  | ReadonlyMap<string, string>
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string>>;

/** What a caller gives to store. */
export interface KeyringItemInit {
  /** Default: empty. */
  readonly label?: string;
  /** Default: none. */
  readonly attributes?: AttributesInit;
  /** Copied; the caller keeps, and wipes, its own. A string is stored as UTF-8. */
  readonly secret: Uint8Array | string;
  /** Default: `text/plain`. */
  readonly contentType?: string;
  /** Unix seconds. Default: now. */
  readonly created?: number;
  /** Unix seconds. Default: now. */
  readonly modified?: number;
}

/** What a format seals: every field present, the secret in a buffer of its own. */
export interface ItemContents {
  readonly label: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly created: number;
  readonly modified: number;
}

/** All but the secret. */
export type ItemFields = Omit<ItemContents, 'secret'>;

/** Fields of an item that exists; those left out stay as they are. */
export type KeyringItemChanges = Partial<Omit<KeyringItemInit, 'created'>>;

/** An item that does not match its authentication code. It is kept in the file as it is. */
export interface RejectedItem {
  /** Names the item for `delete`; another one after every change of the item's bytes. */
  readonly id: string;
  readonly error: KeyringFileError;
}

/** The content type of an item for which nothing else is recorded. */
export const DEFAULT_CONTENT_TYPE = 'text/plain';

/** An item of an opened keyring. */
export class KeyringItem {
  /**
   * Stable while the item exists. In v1 files, which have no ids, it stands for the attribute set
   * and changes with it.
   */
  readonly id: string;
  readonly label: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly contentType: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly modified: number;
  readonly #readSecret: () => Uint8Array<ArrayBuffer>;

  /** Formats construct items; a secret among `contents` is not kept. */
  constructor(id: string, contents: ItemFields, readSecret: () => Uint8Array<ArrayBuffer>) {
    this.id = id;
    this.label = contents.label;
    this.attributes = contents.attributes;
    this.contentType = contents.contentType;
    this.created = contents.created;
    this.modified = contents.modified;
    this.#readSecret = readSecret;
  }

  /**
   * Decrypts the secret into a fresh buffer, which the caller wipes.
   * @throws {@link KeyringFileError} with code `closed` once the key is forgotten
   */
  readSecret(): Uint8Array<ArrayBuffer> {
    return this.#readSecret();
  }
}

/**
 * Fills in the defaults and copies the secret.
 * @throws {@link KeyringFileError} with code `invalid-item` or `too-large`
 */
export function contentsOf(init: KeyringItemInit, nowSeconds: number): ItemContents {
  const attributes = attributesOf(init.attributes ?? []);
  const secret = secretBytes(init.secret);
  const contents = {
    label: init.label ?? '',
    attributes,
    secret,
    contentType: init.contentType ?? DEFAULT_CONTENT_TYPE,
    created: init.created ?? nowSeconds,
    modified: init.modified ?? nowSeconds,
  };
  try {
    checkContents(contents);
    return contents;
  } catch (error) {
    secret.fill(0);
    throw error;
  }
}

/** Half a character would be stored as U+FFFD, and another secret be read than the one given. */
function secretBytes(secret: unknown): OwnBytes {
  // @rule file/text-representable keywire#items
  if (typeof secret === 'string' && !/\p{Surrogate}/u.test(secret)) return encodeUtf8(secret);
  if (secret instanceof Uint8Array) return copyOf(secret);
  throw new KeyringFileError('invalid-item', 'secret: expected text or a Uint8Array, got another');
}

/** Checks the keyring's own name. */
export function checkLabel(label: unknown): void {
  if (isPlainText(label)) return;
  throw new KeyringFileError('invalid-item', 'label: expected text without NUL, got another value');
}

function isPlainText(text: unknown): boolean {
  return typeof text === 'string' && !/\0|\p{Surrogate}/u.test(text);
}

/**
 * Normalises the three forms of attributes into a Map of its own.
 * @throws {@link KeyringFileError} with code `invalid-item` for what is no text: a search for an
 * `undefined` value would find what lacks the attribute
 */
export function attributesOf(init: AttributesInit): Map<string, string> {
  if (typeof init !== 'object' || init === null) throw noAttributes();
  const pairs: readonly unknown[] = Symbol.iterator in init ? [...init] : Object.entries(init);
  // @rule file/text-representable keywire#items
  if (!pairs.every(isTextPair)) throw noAttributes();
  return new Map(pairs);
}

/** The same with attributes that can be read again and again, which those of an iterator cannot. */
export function withAttributesRead<Init extends { readonly attributes?: AttributesInit }>(
  init: Init,
): Init {
  const { attributes = null } = init;
  return attributes === null ? init : { ...init, attributes: attributesOf(attributes) };
}

function isTextPair(pair: unknown): pair is readonly [string, string] {
  return Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string';
}

function noAttributes(): KeyringFileError {
  return new KeyringFileError(
    'invalid-item',
    'attributes: expected names and values that are text, got others',
  );
}

/** Says whether `attributes` has every pair of `wanted`: the search of the Secret Service API. */
export function hasAttributes(
  attributes: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): boolean {
  for (const [name, value] of wanted) {
    if (attributes.get(name) !== value) return false;
  }
  return true;
}

/** One string for one attribute set, whatever the order of its pairs. */
export function attributeKey(attributes: ReadonlyMap<string, string>): string {
  return JSON.stringify(sortedAttributes(attributes));
}

/** Pairs in the order of their names' UTF-8 bytes, which is how libsecret writes them. */
export function sortedAttributes(attributes: ReadonlyMap<string, string>): [string, string][] {
  const pairs = [...attributes];
  return pairs.length < 2 ? pairs : pairs.sort(([a], [b]) => compareUtf8(a, b));
}

/** UTF-16 order is UTF-8 order but for surrogates, which are above U+E000..U+FFFF in UTF-8 alone. */
function compareUtf8(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return a.length - b.length;
}

function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}

/**
 * Refuses more items than a keyring may have, before anything is made of them.
 * @throws {@link KeyringFileError} with code `too-large`
 */
export function checkItemCount(count: number): void {
  // @rule file/item-limit keywire#items
  if (count <= MAX_ITEMS) return;
  throw new KeyringFileError(
    'too-large',
    `keyring: expected at most ${MAX_ITEMS} items, got ${count}`,
  );
}

/**
 * The same for the attributes of all items together.
 * @throws {@link KeyringFileError} with code `too-large`
 */
export function checkAttributeCount(count: number): void {
  // @rule file/attribute-limit keywire#items
  if (count <= MAX_ATTRIBUTES) return;
  throw new KeyringFileError(
    'too-large',
    `keyring: expected at most ${MAX_ATTRIBUTES} attributes in all items, got ${count}`,
  );
}

/** How many attributes items have together. */
export function countAttributes(
  items: readonly { readonly attributes: ReadonlyMap<string, unknown> }[],
): number {
  return items.reduce((sum, { attributes }) => sum + attributes.size, 0);
}

/** @throws {@link KeyringFileError} with code `too-large` */
export function checkSecretBytes(count: number): void {
  if (count <= MAX_SECRET_BYTES) return;
  throw new KeyringFileError(
    'too-large',
    `secret: expected at most ${MAX_SECRET_BYTES} bytes, got ${count}`,
  );
}

/**
 * Makes sure that every format can hold an item, and read it again.
 * @throws {@link KeyringFileError} with code `invalid-item` or `too-large`
 */
export function checkContents(contents: ItemContents): void {
  checkSecretBytes(contents.secret.length);
  const texts = [contents.label, contents.contentType, ...[...contents.attributes].flat()];
  // @rule file/text-representable keywire#items
  if (!texts.every(isPlainText)) {
    throw new KeyringFileError(
      'invalid-item',
      'item: expected label, content type and attributes to be text without NUL, got other values',
    );
  }
  for (const time of [contents.created, contents.modified]) {
    if (!Number.isSafeInteger(time) || time < 0) {
      throw new KeyringFileError(
        'invalid-item',
        `item: expected times in whole Unix seconds, got ${time}`,
      );
    }
  }
}

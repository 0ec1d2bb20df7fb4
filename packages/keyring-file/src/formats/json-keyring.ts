/**
 * Keyrings as JSON: the documented, unencrypted form for moving items between programs. It is the
 * same form that seeds a provider's store, so an export is also a seed. Layout:
 * docs/KEYRING-FILE.md, "The JSON form". Times are Unix seconds; a secret that is text is `secret`,
 * any other is `secretBase64`.
 */
import { decodeUtf8, encodeUtf8, tryDecodeUtf8 } from '../bytes.ts';
import { KeyringFileError } from '../errors.ts';
import {
  checkAttributeCount,
  checkContents,
  checkItemCount,
  checkSecretBytes,
  contentsOf,
  countAttributes,
  DEFAULT_CONTENT_TYPE,
  type ItemContents,
  type KeyringItem,
} from '../item.ts';
import { MAX_JSON_VALUES } from '../limits.ts';
import { type ReadItem, ReadOnlyKeyring } from './read-only-keyring.ts';

/** One keyring to export. */
export interface JsonExport {
  /** Ends an object path, so it is kept to letters, digits and `_`. Default: `keyring`. */
  readonly id?: string;
  readonly label?: string | undefined;
  /** The aliases of the collection that it seeds. Default: none. */
  readonly aliases?: readonly string[];
  readonly items: readonly KeyringItem[];
}

const SUBJECT = 'JSON keyring';
/** Threes become fours without a rest; far below what a call takes as arguments. */
const BASE64_PIECE_BYTES = 3 * 1024;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** `,`, `[` and `{`: before each value but the first stands one. */
const BEFORE_VALUES: ReadonlySet<number> = new Set([0x2c, 0x5b, 0x7b]);

/**
 * Formats a keyring as JSON. The text holds every secret in clear and cannot be wiped.
 * @throws {@link KeyringFileError} with code `invalid-item` or `too-large` for an item that could not
 * be read again
 */
export function formatJsonKeyring({
  id = 'keyring',
  label,
  aliases = [],
  items,
}: JsonExport): string {
  checkItemCount(items.length);
  checkAttributeCount(countAttributes(items));
  const collection = {
    id: id.replace(/[^A-Za-z0-9_]/gu, '_'),
    label: label ?? id,
    ...(aliases.length === 0 ? {} : { aliases }),
    items: items.map(formatItem),
  };
  return `${JSON.stringify({ collections: [collection] }, null, 2)}\n`;
}

/**
 * Parses JSON of one or more keyrings into one list of items.
 * @throws {@link KeyringFileError} with code `malformed`, `unsupported-version`, `invalid-item` or
 * `too-large`
 */
export function parseJsonKeyring(bytes: Uint8Array, nowSeconds: number): ReadOnlyKeyring {
  checkValueCount(bytes);
  const root = recordOf(parseJson(decodeUtf8(bytes, SUBJECT)), 'an object');
  // @rule file/json-version keywire#json
  const { version } = root;
  if (typeof version === 'number' && version !== 1) {
    throw new KeyringFileError(
      'unsupported-version',
      `${SUBJECT}: expected version 1, got another`,
    );
  }
  const listed = listOf(root['collections'], 'collections');
  // A text or so is no version of this form: another program's file, and no newer one helps.
  if (version !== undefined && version !== 1) throw malformed('version 1');
  checkItemCount(listed.length);
  const collections = listed.map((value) => recordOf(value, 'a collection'));
  const lists = collections.map((collection) => listOf(collection['items'] ?? [], 'items'));
  checkItemCount(lists.reduce((sum, { length }) => sum + length, 0));
  const items = lists
    .flat()
    .map((value, index) => parseItem(recordOf(value, 'an item'), index, nowSeconds));
  return new ReadOnlyKeyring('json', optionalText(collections[0]?.['label'], 'label'), items);
}

function formatItem(item: KeyringItem): Record<string, unknown> {
  const { label, attributes, contentType, created, modified } = item;
  const bytes = item.readSecret();
  try {
    // One item that no parser takes would take all others with it.
    // @rule file/json-readable keywire#json
    checkContents({ label, attributes, contentType, created, modified, secret: bytes });
    const text = contentType.startsWith('text/') ? tryDecodeUtf8(bytes) : undefined;
    const secret = text === undefined ? { secretBase64: formatBase64(bytes) } : { secret: text };
    const names = Object.fromEntries(attributes);
    return { id: item.id, label, attributes: names, ...secret, contentType, created, modified };
  } finally {
    bytes.fill(0);
  }
}

function parseItem(
  item: Readonly<Record<string, unknown>>,
  index: number,
  nowSeconds: number,
): ReadItem {
  const attributes = Object.entries(recordOf(item['attributes'] ?? {}, 'attributes')).map(
    ([name, value]): [string, string] => [name, requiredText(value, 'an attribute')],
  );
  const created = timeOf(item['created']) ?? nowSeconds;
  const contents: ItemContents = contentsOf(
    {
      attributes,
      label: optionalText(item['label'], 'label') ?? '',
      contentType: optionalText(item['contentType'], 'contentType') ?? DEFAULT_CONTENT_TYPE,
      secret: secretOf(item),
      created,
      modified: timeOf(item['modified']) ?? created,
    },
    nowSeconds,
  );
  return { id: optionalText(item['id'], 'id') ?? String(index + 1), contents };
}

function secretOf(item: Readonly<Record<string, unknown>>): Uint8Array {
  const { secret, secretBase64 } = item;
  // @rule file/json-one-secret keywire#json
  if ((secret === undefined) === (secretBase64 === undefined)) {
    throw malformed('either secret or secretBase64');
  }
  if (secret !== undefined) return encodeUtf8(requiredText(secret, 'secret'));
  const text = requiredText(secretBase64, 'secretBase64');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(text)) {
    throw malformed('secretBase64 in padded base64');
  }
  // Before anything is made of it.
  // @rule file/base64-size keywire#json
  checkSecretBytes((text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0));
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

function formatBase64(bytes: Uint8Array): string {
  // Piece by piece: a text that grows by single characters takes thirty times their number.
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += BASE64_PIECE_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_PIECE_BYTES))));
  }
  return pieces.join('');
}

/** Counts what the engine would have to make before it makes any. */
function checkValueCount(bytes: Uint8Array): void {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (BEFORE_VALUES.has(byte)) count += 1;
  }
  // @rule file/json-values keywire#json
  if (count <= MAX_JSON_VALUES) return;
  throw new KeyringFileError(
    'too-large',
    `${SUBJECT}: expected at most ${MAX_JSON_VALUES} values, got ${count}`,
  );
}

/** Where the string that begins at `start` has its closing quote, or the end of the bytes. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text around the fault, which may be a secret: it goes.
    throw malformed('JSON');
  }
}

function timeOf(value: unknown): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  throw malformed('times as numbers');
}

function optionalText(value: unknown, subject: string): string | undefined {
  return value === undefined ? undefined : requiredText(value, subject);
}

function requiredText(value: unknown, subject: string): string {
  if (typeof value === 'string') return value;
  throw malformed(`${subject} as text`);
}

function listOf(value: unknown, subject: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed(`${subject} as a list`);
}

function recordOf(value: unknown, subject: string): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw malformed(`${subject} as an object`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(expected: string): KeyringFileError {
  return new KeyringFileError('malformed', `${SUBJECT}: expected ${expected}, got something else`);
}

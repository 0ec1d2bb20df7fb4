/**
 * gnome-keyring's text form, which it writes when a keyring has no password. A subset of GLib's key
 * files: groups, `key=value`, comments; no lists, no locales. Layout: docs/KEYRING-FILE.md,
 * "The text form". Read only: it protects nothing.
 */
import { decodeUtf8, encodeUtf8, type OwnBytes, parseHex } from '../bytes.ts';
import { isKeyringFileError, KeyringFileError, orRefusal } from '../errors.ts';
import {
  checkAttributeCount,
  checkItemCount,
  DEFAULT_CONTENT_TYPE,
  type ItemContents,
  type RejectedItem,
} from '../item.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { type ReadItem, ReadOnlyKeyring } from './read-only-keyring.ts';
import type { V0Value } from './v0/container.ts';
import { attributesWithSchema } from './v0/keyring.ts';

type Group = ReadonlyMap<string, string>;
type Groups = Map<string, Map<string, string>>;

const SUBJECT = 'text keyring';
const ATTRIBUTE_GROUP = /^([^:]+):attribute\d+$/u;
const ESCAPES: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };

/**
 * Parses a text keyring.
 * @throws {@link KeyringFileError} with code `not-a-keyring-file`, `too-large` or `malformed`
 */
export function parseTextKeyring(bytes: Uint8Array): ReadOnlyKeyring {
  // @rule file/text-size keywire#text
  if (bytes.length > MAX_TEXT_BYTES) {
    throw new KeyringFileError(
      'too-large',
      `${SUBJECT}: expected at most ${MAX_TEXT_BYTES} bytes, got ${bytes.length}`,
    );
  }
  const groups = parseGroups(decodeUtf8(bytes, SUBJECT));
  const [start] = groups.keys();
  // @rule file/text-first-group keywire#text
  if (start !== 'keyring') {
    throw new KeyringFileError(
      'not-a-keyring-file',
      `${SUBJECT}: expected [keyring] first, got ${groups.size} other groups`,
    );
  }
  const attributeGroups = groupByItem(groups);
  const items: ReadItem[] = [];
  const rejected: RejectedItem[] = [];
  for (const [id, group] of groups) {
    if (!isItem(id)) continue;
    const contents = orRefusal(() => contentsOf(group, attributeGroups.get(id) ?? []));
    if (isKeyringFileError(contents)) rejected.push({ id, error: contents });
    else items.push({ id, contents });
  }
  const label = groups.get('keyring')?.get('display-name');
  return new ReadOnlyKeyring(
    'text',
    label === undefined ? undefined : decodeEscapes(label),
    items,
    rejected,
  );
}

/** All others hold the keyring's own values, an attribute, or an access rule. */
function isItem(group: string): boolean {
  return group !== 'keyring' && !group.includes(':');
}

function parseGroups(text: string): Groups {
  const groups: Groups = new Map();
  let items = 0;
  let group: Map<string, string> | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.replace(/\r$/u, '').trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const header = /^\[([^[\]]+)\]\s*$/u.exec(content)?.[1];
    const separator = content.indexOf('=');
    if (header !== undefined) {
      group = groups.get(header);
      if (group !== undefined) continue;
      group = new Map<string, string>();
      groups.set(header, group);
      if (isItem(header)) items += 1;
      checkItemCount(items);
      checkAttributeCount(groups.size - items);
    } else if (group !== undefined && separator > 0) {
      const name = content.slice(0, separator).trimEnd();
      group.set(name, content.slice(separator + 1).trimStart());
    } else {
      throw new KeyringFileError(
        group === undefined ? 'not-a-keyring-file' : 'malformed',
        `${SUBJECT}: expected a group or key=value on line ${index + 1}, got ${line.length} characters`,
      );
    }
  }
  return groups;
}

/** Collects `[ID:attributeN]` groups by item in one pass. */
function groupByItem(groups: Groups): Map<string, Group[]> {
  const byItem = new Map<string, Group[]>();
  for (const [name, group] of groups) {
    const id = ATTRIBUTE_GROUP.exec(name)?.[1];
    if (id === undefined) continue;
    const known = byItem.get(id);
    if (known === undefined) byItem.set(id, [group]);
    else known.push(group);
  }
  return byItem;
}

function contentsOf(group: Group, attributeGroups: readonly Group[]): ItemContents {
  const values = new Map(attributeGroups.flatMap(attributeOf));
  return {
    label: decodeEscapes(group.get('display-name') ?? ''),
    attributes: attributesWithSchema(values, parseNumber(group.get('item-type') ?? '0')),
    secret: secretOf(group),
    contentType: DEFAULT_CONTENT_TYPE,
    created: parseNumber(group.get('ctime') ?? '0'),
    modified: parseNumber(group.get('mtime') ?? '0'),
  };
}

function attributeOf(group: Group): [string, V0Value][] {
  const name = group.get('name');
  if (name === undefined) return [];
  const value = group.get('value') ?? '';
  const isNumber = group.get('type') === 'uint32';
  return [[decodeEscapes(name), isNumber ? parseNumber(value) : decodeEscapes(value)]];
}

function secretOf(group: Group): OwnBytes {
  // gnome-keyring writes a textual secret as it is, though it reads one with escapes: what was
  // stored is the text as it stands.
  // @rule file/text-secret-verbatim keywire#text
  const text = group.get('secret');
  if (text !== undefined) return encodeUtf8(text);
  const bytes = parseHex(group.get('binary-secret') ?? '');
  if (bytes !== undefined) return bytes;
  throw new KeyringFileError(
    'malformed',
    `${SUBJECT}: expected binary-secret in hexadecimal, got something else`,
  );
}

function decodeEscapes(value: string): string {
  return value.replace(/\\(.?)/gu, (_, letter: string) => {
    const character = ESCAPES[letter];
    if (character !== undefined) return character;
    throw new KeyringFileError('malformed', `${SUBJECT}: expected a known escape, got another`);
  });
}

function parseNumber(text: string): number {
  const value = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new KeyringFileError(
    'malformed',
    `${SUBJECT}: expected a number, got ${text.length} characters`,
  );
}

/**
 * Items as entries of a password manager: fields of the entry are attributes, too, some of them for
 * everybody to set, and texts in braces stand for others (docs/QUIRKS.md, P4, P13, P24–P28).
 */
import type { Attributes, StoredItem } from '../stores/store.ts';

/** The field that is the label. */
const TITLE = 'Title';

/** Fields that are the program's own. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['Uuid', 'Path', 'TOTP', 'Password']);

/** Where an entry keeps the type of a secret that is no text. */
const CONTENT_TYPE_FIELD = 'FDO_SECRETS_CONTENT_TYPE';

/** What stands for a field of another entry. */
const REFERENCE = /\{REF:[TUPAN]@[TUPANIO]:[^}]+\}/iu;

/** A search compares with a pattern, which must not be longer. */
const MAX_SEARCHED_CHARACTERS = 32_762;

const MAX_FILLED_DEPTH = 10;

/** What can be put into an entry. */
export interface EntryText {
  readonly label: string;
  readonly attributes: Attributes;
}

/** Whether an entry takes no such attribute. */
export function isRefusedAttribute([name, value]: readonly [string, string]): boolean {
  return OWN_FIELDS.has(name) || hasReference(value);
}

export function hasReference(text: string): boolean {
  return REFERENCE.test(text);
}

/** Moves the attribute that is the label to where it belongs. */
export function entryOf({ label, attributes }: EntryText): EntryText {
  const title = attributes.get(TITLE);
  if (title === undefined) return { label, attributes };
  return { label: title, attributes: new Map([...attributes].filter(([name]) => name !== TITLE)) };
}

/** All attributes that an entry shows. */
export function shownAttributes({ id, label, attributes, contentType }: StoredItem): Attributes {
  return new Map([
    [TITLE, label],
    ['UserName', ''],
    ['URL', ''],
    ['Notes', ''],
    ['Uuid', id],
    ['Path', `/${label}`],
    ...(isText(contentType) ? [] : [[CONTENT_TYPE_FIELD, contentType] as const]),
    ...attributes,
  ]);
}

/** Whether a search for these attributes finds the entry; the secret is one of them. */
export function matchesEntry(item: StoredItem, wanted: Attributes): boolean {
  const shown = shownAttributes(item);
  return [...wanted].every(([name, value]) => {
    const found = name === 'Password' ? textOf(item) : shown.get(name);
    const isSame = found === value || found === `${value}\n`;
    return isSame && searchedLength(value) <= MAX_SEARCHED_CHARACTERS;
  });
}

/** The secret where it is text; what is none is kept elsewhere in the entry. */
function textOf({ secret, contentType }: StoredItem): string {
  return isText(contentType) ? new TextDecoder().decode(secret) : '';
}

/** Fills in what stands for fields of the entry itself; other texts in braces stay. */
export function filledIn(text: string, item: StoredItem, depth = 0): string {
  const shown = shownAttributes(item);
  return text.replace(/\{([^{}]+)\}/gu, (whole, name: string) => {
    const value = name.startsWith('S:') ? (shown.get(name.slice(2)) ?? '') : field(shown, name);
    if (value === undefined || depth >= MAX_FILLED_DEPTH) return whole;
    return filledIn(value, item, depth + 1);
  });
}

const FILLED_FIELDS: ReadonlyMap<string, string> = new Map(
  [TITLE, 'UserName', 'URL', 'Notes'].map((name) => [name.toUpperCase(), name]),
);

function field(shown: Attributes, name: string): string | undefined {
  return shown.get(FILLED_FIELDS.get(name.toUpperCase()) ?? '');
}

export function isText(contentType: string): boolean {
  return contentType.startsWith('text/');
}

function searchedLength(value: string): number {
  let length = 0;
  for (const character of value) length += character.length > 1 ? 1.5 : 1;
  return length;
}

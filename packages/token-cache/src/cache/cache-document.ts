/**
 * The text that all MSAL libraries keep their tokens in: JSON with one section for each type of
 * credential, and in it one entry for each key. What other libraries put there stays as it was.
 * Pure: documents are values, and every change gives a new one.
 */
import { PersistenceError } from '../errors.ts';

/** The types that MSAL's schema names; other sections may be there as well. */
export type CredentialType = 'AccessToken' | 'RefreshToken' | 'IdToken' | 'Account' | 'AppMetadata';

/** One entry; which fields it has depends on its type. */
export type CacheEntry = Readonly<Record<string, unknown>>;

/** What a section holds by key: entries, and whatever else was put there, which stays as it is. */
export type CacheSection = ReadonlyMap<string, unknown>;

/** Sections by name; one of another name that is no object is kept as it is. */
export type CacheDocument = ReadonlyMap<string, CacheSection | JsonValue>;

/** What is no section, wrapped to be told apart from one. */
export interface JsonValue {
  readonly json: unknown;
}

export function emptyDocument(): CacheDocument {
  return new Map();
}

/** @throws {@link PersistenceError} with code `malformed` for what is no cache */
export function parseDocument(text: string, location: string): CacheDocument {
  const json = parseJson(text, location);
  if (!isObject(json)) throw malformed(location, 'something else');
  // An entry could be put there only in place of what is there.
  for (const name of Object.keys(KEY_FIELDS)) {
    const section = json[name];
    if (section !== undefined && section !== null && !isObject(section)) {
      throw malformed(location, `another section ${name}`);
    }
  }
  return new Map(Object.entries(json).map(([name, section]) => [name, parseSection(section)]));
}

/** The inverse of {@link parseDocument}. */
export function formatDocument(document: CacheDocument): string {
  const sections = [...document].map(([name, section]): [string, unknown] => [
    name,
    isSection(section) ? Object.fromEntries(section) : section.json,
  ]);
  return JSON.stringify(Object.fromEntries(sections), undefined, 4);
}

/**
 * Finds the entries that have all given fields. `target` is a set of scopes, in a text or a list:
 * an entry must have them all, and may have more.
 *
 * @throws `TypeError` for fields or a target of another type
 */
export function searchDocument(
  document: CacheDocument,
  type: string,
  fields: Readonly<Record<string, unknown>>,
): CacheEntry[] {
  if (!isObject(fields)) throw new TypeError(`fields: expected an object, got ${typeof fields}`);
  const { target, ...others } = fields;
  const scopes = wantedScopes(target);
  return [...sectionOf(document, type).values()].filter(isObject).filter((entry) => {
    const held = new Set(scopesOf(entry['target']));
    const hasScopes = scopes.every((scope) => held.has(scope));
    return hasScopes && Object.entries(others).every(([name, value]) => entry[name] === value);
  });
}

/**
 * Puts an entry in, replacing the one under the same key.
 *
 * @throws `TypeError` for what is no entry, or a type that the schema does not name
 */
export function addEntry(document: CacheDocument, type: string, entry: CacheEntry): CacheDocument {
  const section = new Map(sectionOf(document, type));
  return new Map(document).set(type, section.set(keyOf(type, entry), entry));
}

/** Takes out the entry under the same key, and equal ones under keys that other libraries make. */
export function removeEntry(
  document: CacheDocument,
  type: string,
  entry: CacheEntry,
): { readonly document: CacheDocument; readonly removed: number } {
  const key = keyOf(type, entry);
  const section = sectionOf(document, type);
  const kept = [...section].filter(([each, held]) => each !== key && !isEqual(held, entry));
  const removed = section.size - kept.length;
  return { document: new Map(document).set(type, new Map(kept)), removed };
}

/**
 * Merges two descendants of one document, entry by entry: what only one of them changed is as it has
 * it, and what both changed is as `ours` has it.
 */
export function mergeDocuments(
  base: CacheDocument,
  ours: CacheDocument,
  theirs: CacheDocument,
): CacheDocument {
  const names = new Set([...theirs.keys(), ...ours.keys()]);
  const merged = new Map<string, Section>();
  for (const name of names) {
    const section = mergeSections(base.get(name), ours.get(name), theirs.get(name));
    if (section !== undefined) merged.set(name, section);
  }
  return merged;
}

type Section = CacheSection | JsonValue;

function mergeSections(
  base: Section | undefined,
  ours: Section | undefined,
  theirs: Section | undefined,
): Section | undefined {
  const nothing: Section = new Map();
  const [before, left, right] = [base ?? nothing, ours ?? nothing, theirs ?? nothing];
  if (!isSection(before) || !isSection(left) || !isSection(right)) {
    return isEqual(base, ours) ? theirs : ours;
  }
  const merged = new Map<string, unknown>();
  for (const key of new Set([...right.keys(), ...left.keys()])) {
    const isOurs = !isEqual(before.get(key), left.get(key));
    const entry = (isOurs ? left : right).get(key);
    if (entry !== undefined) merged.set(key, entry);
  }
  return merged;
}

const KEY_FIELDS: Readonly<Record<CredentialType, readonly string[]>> = {
  AccessToken: ['home_account_id', 'environment', '=AccessToken', 'client_id', 'realm', 'target'],
  RefreshToken: ['home_account_id', 'environment', '=RefreshToken', 'client_id', '=', 'target'],
  IdToken: ['home_account_id', 'environment', '=IdToken', 'client_id', 'realm', '='],
  Account: ['home_account_id', 'environment', 'realm'],
  AppMetadata: ['=appmetadata', 'environment', 'client_id'],
};

/**
 * The key of an entry, as the schema makes it of the entry's fields.
 *
 * @throws `TypeError` for what is no entry, or a type that the schema does not name
 */
export function keyOf(type: string, entry: CacheEntry): string {
  const fields = Object.entries(KEY_FIELDS).find(([name]) => name === type)?.[1];
  if (fields === undefined) {
    throw new TypeError(`credential type: expected one of MSAL's, got another`);
  }
  if (!isObject(entry)) throw new TypeError(`cache entry: expected an object, got ${typeof entry}`);
  const parts = fields.map((field) => {
    if (field.startsWith('=')) return field.slice(1);
    const value = entry[field];
    return typeof value === 'string' ? value : '';
  });
  const key = parts.join('-');
  return type === 'AppMetadata' ? key : key.toLowerCase();
}

function sectionOf(document: CacheDocument, type: string): CacheSection {
  const section = document.get(type);
  return section !== undefined && isSection(section) ? section : new Map();
}

function parseSection(section: unknown): Section {
  return isObject(section) ? new Map(Object.entries(section)) : { json: section };
}

/** What is no set of scopes must not find entries of any: a token may be good for less. */
function wantedScopes(target: unknown): readonly unknown[] {
  // @rule token/scopes-asked-for keywire#token-cache
  if (target === undefined || typeof target === 'string' || Array.isArray(target)) {
    return scopesOf(target);
  }
  throw new TypeError('target: expected scopes in a text or a list, got another type');
}

function scopesOf(target: unknown): readonly unknown[] {
  if (Array.isArray(target)) return target;
  return typeof target === 'string' ? target.split(/\s+/u).filter((scope) => scope !== '') : [];
}

function parseJson(text: string, location: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may hold tokens.
    throw malformed(location, `${text.length} characters that are none`);
  }
}

function malformed(location: string, got: string): PersistenceError {
  return new PersistenceError('malformed', location, `expected a token cache in JSON, got ${got}`, {
    advice: 'restore it, or delete it and sign in again',
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSection(section: Section): section is CacheSection {
  return section instanceof Map;
}

function isEqual(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** The same text for the same content, in whatever order its fields are. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) => {
      if (!isObject(each)) return each;
      const fields: [string, unknown][] = each instanceof Map ? [...each] : Object.entries(each);
      return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? 'undefined'
  );
}

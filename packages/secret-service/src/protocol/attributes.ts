// Lookup attributes: what may be sent, and when two sets are the same.
// https://specifications.freedesktop.org/secret-service/latest/ (Lookup Attributes): string to
// string, compared exactly; a search matches every item that has all given pairs. "Replace" needs
// more than that: whole sets compared here, because daemons overwrite a neighbour otherwise.

import { secretServiceError } from '../errors/errors.ts';
import { GENERIC_SCHEMA, SCHEMA_ATTRIBUTE } from './names.ts';

/** Attributes as callers give them. */
export type Attributes = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

const SUBJECT = 'attributes';

/**
 * Checks attributes and copies them into a Map, in the order given.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-attributes` for anything that is not a
 * non-empty name and a string value, or that D-Bus cannot carry (NUL, lone surrogates).
 */
export function toAttributes(attributes: Attributes): Map<string, string> {
  const checked = new Map<string, string>();
  for (const [name, value] of entriesOf(attributes)) {
    const position = checked.size;
    if (typeof name !== 'string' || name === '') {
      throw invalid(`expected a non-empty name at position ${position}`);
    }
    if (typeof value !== 'string') {
      throw invalid(`expected a string value at position ${position}, got ${typeof value}`);
    }
    checkText(name, position);
    checkText(value, position);
    checked.set(name, value);
  }
  return checked;
}

/**
 * Like {@link toAttributes}, and refuses an empty set: where something is replaced or deleted,
 * "no attributes" would mean "any item at all".
 *
 * @throws {@link InvalidArgumentError} with code `invalid-attributes`.
 */
export function toNonEmptyAttributes(attributes: Attributes): Map<string, string> {
  const checked = toAttributes(attributes);
  // @rule secret/no-empty-replace keywire#exact-replace
  if (checked.size === 0) throw invalid('expected at least one attribute, got none');
  return checked;
}

/**
 * Whether an item with the attributes `found` is the one that `wanted` describes: the same pairs,
 * except for those that the daemon adds by itself and the caller did not ask for.
 *
 * @param isAddedByDaemon - tells such additions; from the daemon's profile
 */
export function isSameItem(
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
  isAddedByDaemon: (name: string, value: string) => boolean,
): boolean {
  for (const [name, value] of wanted) {
    if (found.get(name) !== value && !isGenericSchema(name, value)) return false;
    if (found.has(name) && found.get(name) !== value) return false;
  }
  // @rule secret/exact-replace keywire#exact-replace
  for (const [name, value] of found) {
    if (wanted.has(name) || isGenericSchema(name, value)) continue;
    if (!isAddedByDaemon(name, value)) return false;
  }
  return true;
}

/** One text for all sets that {@link isSameItem} takes for the same, whatever their order. */
export function identityOf(attributes: ReadonlyMap<string, string>): string {
  const pairs = [...attributes].filter(([name, value]) => !isGenericSchema(name, value));
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Gives the attributes without those that the daemon added by itself. */
export function withoutAdditions(
  found: ReadonlyMap<string, string>,
  isAddedByDaemon: (name: string, value: string) => boolean,
): Map<string, string> {
  return new Map([...found].filter(([name, value]) => !isAddedByDaemon(name, value)));
}

/** "No schema in particular" is the same as no schema; some writers add it to every item. */
function isGenericSchema(name: string, value: string): boolean {
  return name === SCHEMA_ATTRIBUTE && value === GENERIC_SCHEMA;
}

function* entriesOf(attributes: unknown): Iterable<readonly [unknown, unknown]> {
  if (attributes instanceof Map) {
    yield* attributes;
  } else if (typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes)) {
    const entries = Object.entries(attributes);
    // A set, a promise, a Map of another realm: they only look empty, and "none" would mean "any".
    // @rule secret/attributes-are-attributes keywire#bad-input
    if (entries.length === 0 && !isPlain(attributes)) {
      throw invalid('expected an object or a Map, got an object of another kind');
    }
    yield* entries;
  } else {
    throw invalid(`expected an object or a Map, got ${describe(attributes)}`);
  }
}

/** Whether an object is one that is written `{}`, in whatever realm, or has no prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Names the position and never the text: a value may have been put there by mistake. */
function checkText(text: string, position: number): void {
  // @rule secret/attribute-text dbus#basic-types
  if (text.includes('\0')) throw invalid(`expected text without NUL at position ${position}`);
  if (/\p{Surrogate}/u.test(text)) {
    throw invalid(`expected text without lone surrogates at position ${position}`);
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function invalid(detail: string): Error {
  return secretServiceError('invalid-attributes', SUBJECT, { detail });
}

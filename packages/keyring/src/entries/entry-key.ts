// What an entry is filed under: checked once, compared as a whole.

import { keyringError } from '../errors.ts';
import type { EntryFilter, EntryKey } from '../types/backend.ts';
import { MAX_NAME_LENGTH } from './limits.ts';

/**
 * Checks a key. Messages name the part and never its text.
 *
 * @param allowsEmptyUsername - some programs keep one secret a service and name nobody
 * @throws {@link KeyringError} with code `invalid-argument` or `too-large`
 */
export function checkKey(key: EntryKey, allowsEmptyUsername = false): EntryKey {
  checkText('service', key.service, false);
  checkText('username', key.username, allowsEmptyUsername);
  checkGroup(key.group);
  return key;
}

/**
 * Checks the parts of a key that are given.
 *
 * @throws {@link KeyringError} with code `invalid-argument` or `too-large`
 */
export function checkFilter(filter: EntryFilter): EntryFilter {
  if (filter.service !== undefined) checkText('service', filter.service, false);
  if (filter.username !== undefined) checkText('username', filter.username, true);
  checkGroup(filter.group);
  return filter;
}

/** Whether two keys are the same. */
export function isSameKey(a: EntryKey, b: EntryKey): boolean {
  return a.service === b.service && a.username === b.username && a.group === b.group;
}

/** Whether a key has all that a filter gives. */
export function matchesFilter(key: EntryKey, filter: EntryFilter): boolean {
  return (
    (filter.service === undefined || filter.service === key.service) &&
    (filter.username === undefined || filter.username === key.username) &&
    (filter.group === undefined || filter.group === key.group)
  );
}

function checkGroup(group: string | undefined): void {
  if (group !== undefined) checkText('group', group, false);
}

/**
 * Checks a text that is kept beside a secret: a part of a key, a label, a program's name.
 *
 * @throws {@link KeyringError} with code `invalid-argument` or `too-large`, naming the part
 */
export function checkText(part: string, value: unknown, isEmptyAllowed: boolean): void {
  if (typeof value !== 'string') {
    const found = value === null ? 'null' : typeof value;
    throw keyringError('invalid-argument', part, { detail: `expected a string, got ${found}` });
  }
  // @rule keyring/no-empty-names keywire#bad-input
  if (value === '' && !isEmptyAllowed) {
    throw keyringError('invalid-argument', part, {
      detail: 'expected at least one character, got none',
    });
  }
  // @rule keyring/name-length keywire#bad-input
  if (value.length > MAX_NAME_LENGTH) {
    throw keyringError('too-large', part, {
      detail: `expected at most ${MAX_NAME_LENGTH} characters, got ${value.length}`,
      advice: 'choose a shorter one',
    });
  }
  // D-Bus strings carry neither, and a store that did would hide the entry from all others.
  // @rule keyring/representable-names keywire#bad-input
  if (/\0|\p{Surrogate}/u.test(value)) {
    throw keyringError('invalid-argument', part, {
      detail: 'expected text without NUL and lone surrogates',
    });
  }
}

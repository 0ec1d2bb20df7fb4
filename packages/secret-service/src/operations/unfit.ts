// What a daemon would refuse, lose, or never find again: refused by us, before anything is written, with
// words that say what was wrong. Positions are told and never texts.

import { type DaemonProfile, isReservedAttribute, isTooLongToFind } from '../daemon-profile.ts';
import { secretServiceError } from '../errors/errors.ts';
import { holdsReference } from '../secrets/content-type.ts';

/** What an item is to be called and found by. */
export interface Description {
  readonly label?: string | undefined;
  readonly attributes?: ReadonlyMap<string, string> | undefined;
}

/**
 * Refuses a label or attributes that this daemon does not take; nothing is sent.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-attributes`, or `invalid-argument` for a label.
 */
export function refuseUnfit(
  profile: DaemonProfile,
  { label = '', attributes = new Map() }: Description,
): void {
  const names = [...attributes.keys()];
  const reserved = names.findIndex((name) => isReservedAttribute(profile, name));
  if (reserved >= 0) {
    throw invalid(`names that are free to use, got one that the daemon reserves at ${reserved}`);
  }
  refuseTooLong(profile, attributes);
  if (!profile.fillsPlaceholders) return;
  // @rule secret/references-refused quirk#P27
  const what = 'no reference to another entry ({REF:…})';
  const referring = [...attributes.values()].findIndex(isReference);
  if (referring >= 0) throw invalid(`${what}, got one at ${referring}`);
  if (!isReference(label)) return;
  throw secretServiceError('invalid-argument', 'label', { detail: `expected ${what}` });
}

/**
 * Refuses values that this daemon would keep and not find: an item that nobody finds is lost, and that
 * none is found says nothing.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-attributes`.
 */
export function refuseTooLong(
  profile: DaemonProfile,
  attributes: ReadonlyMap<string, string>,
): void {
  const values = [...attributes.values()];
  const position = values.findIndex((value) => isTooLongToFind(profile, value));
  if (position < 0) return;
  const length = values[position]?.length;
  throw invalid(`values short enough to be found, got one of ${length} characters at ${position}`);
}

/** Whether one of the values is too long for a daemon to find. */
export function hasTooLong(
  profile: DaemonProfile,
  attributes: ReadonlyMap<string, string>,
): boolean {
  return [...attributes.values()].some((value) => isTooLongToFind(profile, value));
}

function isReference(text: string): boolean {
  return holdsReference(new TextEncoder().encode(text));
}

function invalid(expected: string): Error {
  return secretServiceError('invalid-attributes', 'attributes', { detail: `expected ${expected}` });
}

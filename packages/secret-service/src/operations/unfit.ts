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
  refuseUnfindable(profile, attributes);
  if (!profile.fillsPlaceholders) return;
  // @rule secret/references-refused quirk#P27
  const what = 'no reference to another entry ({REF:…})';
  const referring = [...attributes.values()].findIndex(isReference);
  if (referring >= 0) throw invalid(`${what}, got one at ${referring}`);
  if (!isReference(label)) return;
  throw secretServiceError('invalid-argument', 'label', { detail: `expected ${what}` });
}

/**
 * Refuses attributes that this daemon would keep and not find, or not keep as they are: an item that nobody
 * finds is lost, and that none is found says nothing.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-attributes`.
 */
export function refuseUnfindable(
  profile: DaemonProfile,
  attributes: ReadonlyMap<string, string>,
): void {
  const expected = expectedOfFindable(profile, attributes);
  if (expected !== undefined) throw invalid(expected);
}

/** What is wrong with attributes that a daemon would not find, whatever it keeps; undefined: nothing. */
export function expectedOfFindable(
  profile: DaemonProfile,
  attributes: ReadonlyMap<string, string>,
): string | undefined {
  let at = 0;
  for (const [name, value] of attributes) {
    if (isTooLongToFind(profile, value)) {
      return `values short enough to be found, got one of ${value.length} characters at ${at}`;
    }
    // @rule secret/attributes-are-kept quirk#P30
    if (profile.unkeptCharacters?.test(name + value))
      return `no control characters, got some at ${at}`;
    at += 1;
  }
  return undefined;
}

function isReference(text: string): boolean {
  return holdsReference(new TextEncoder().encode(text));
}

function invalid(expected: string): Error {
  return secretServiceError('invalid-attributes', 'attributes', { detail: `expected ${expected}` });
}

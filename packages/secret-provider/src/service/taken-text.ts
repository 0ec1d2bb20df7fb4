/** Texts as a profile takes them in: without a byte order mark in front where a daemon drops it. */
import type { Profile } from '../api/profile.ts';
import { attributes } from '../api/values.ts';
import type { Attributes } from '../stores/store.ts';

export function takenText({ dropsMarks }: Profile, text: string): string {
  return dropsMarks ? text.replace(/^\u{feff}/u, '') : text;
}

/** Takes an `a{ss}` of a client. */
export function takenAttributes(profile: Profile, given: unknown): Attributes {
  const taken = [...attributes(given)].map(
    ([name, value]) => [takenText(profile, name), takenText(profile, value)] as const,
  );
  return new Map(taken);
}

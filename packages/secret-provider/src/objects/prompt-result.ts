/** The results that prompts carry, as the profile wants them. */
import { Variant } from '@keywire/dbus-wire';
import { NO_OBJECT } from '../api/names.ts';
import type { Profile } from '../api/profile.ts';

/** What goes with a dismissal: a result of the awaited type, unless the profile has its own. */
export function dismissedResult({ dismissedResult: style }: Profile, awaited: Variant): Variant {
  return style === 'awaited' ? awaited : new Variant('ao', []);
}

/** What a completed deletion carries; nobody has use for it. */
export function deletedResult({ deletedResult: type }: Profile): Variant {
  return type === 's' ? new Variant('s', '') : new Variant('o', NO_OBJECT);
}

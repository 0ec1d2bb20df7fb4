/**
 * Where a named cache lies: any text is a name, and each name, and each user's, has a file, a lock
 * and a keyring item of its own. A name is never a path.
 */
import { checkOptionNames } from '@keywire/file-lock';
import { resolveLocation } from '../io/files.ts';
import { joinPath, userDataFolder } from '../io/platform.ts';
import { sha256Hex } from '../io/sha256.ts';

/** What a cache is called, whose it is, and where it lies. */
export interface CacheName {
  readonly name: string;
  /** Whose cache it is, where one program has several users. Default: nobody's in particular. */
  readonly user?: string | undefined;
  /** Default: `keywire` in the user's data folder, such as `~/.local/share/keywire`. */
  readonly folder?: string | undefined;
}

/** File systems take 255 bytes; locks and temporary files put up to 97 behind a name. */
const MAX_NAME_LENGTH = 120;

const NAMES: Readonly<Record<keyof CacheName, true>> = { name: true, user: true, folder: true };

/**
 * Gives the location of a named cache.
 *
 * @throws `TypeError` for what is no name: a misspelt user would share everybody's cache
 */
export function cacheLocation(options: CacheName): string {
  checkOptionNames('cache', options, NAMES);
  const { name, user, folder } = options;
  const parent =
    folder === undefined ? joinPath(userDataFolder(), 'keywire') : resolveLocation(folder);
  const file = user === undefined ? escapeName(name) : pairOf(escapeName(name), escapeName(user));
  return joinPath(parent, `${file}.cache`);
}

/** "@" stands in no escaped name, and before "~" only here. */
function pairOf(name: string, user: string): string {
  const pair = `${name}@${user}`;
  // @rule token/long-names keywire#token-cache
  return pair.length <= MAX_NAME_LENGTH ? pair : `${pair.slice(0, 40)}@~${sha256Hex(pair)}`;
}

/** Escapes a text so that two texts never give one name, and none gives a path. */
export function escapeName(name: string): string {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError('cache name: expected a non-empty string');
  }
  if (/\p{Surrogate}/u.test(name)) {
    throw new TypeError('cache name: expected text without lone surrogates');
  }
  const bytes = new TextEncoder().encode(name);
  const escaped = Array.from(bytes, (byte, index) => {
    const character = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9_-]/u.test(character) || (character === '.' && index > 0);
    return isPlain ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }).join('');
  // "~" stands in no escaped name, so that no other text gives this one.
  return escaped.length <= MAX_NAME_LENGTH ? escaped : `${escaped.slice(0, 40)}~${sha256Hex(name)}`;
}

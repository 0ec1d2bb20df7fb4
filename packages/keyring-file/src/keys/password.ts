/** Where a password comes from: given as it is, or asked for each time one is needed. */
import { copyOf, encodeUtf8, type OwnBytes } from '../bytes.ts';
import { KeyringFileError } from '../errors.ts';

/** What a password is asked for. */
export interface PasswordPurpose {
  /** It will protect what has no password yet, or another: a slip could not be told from it. */
  readonly isNew: boolean;
}

/**
 * A password, or a function that gives it. With a function the file can be opened again after
 * another process has changed its password; a plain value is not kept once the key is derived.
 * A string stands for its UTF-8 bytes and cannot be wiped.
 */
export type PasswordSource =
  | Uint8Array
  | string
  | ((purpose: PasswordPurpose) => Uint8Array | string | Promise<Uint8Array | string>);

/**
 * Gets the password as bytes of our own, which the caller wipes.
 * @throws {@link KeyringFileError} with code `no-password-source` for none or an empty one,
 * TypeError for what is no password at all
 */
export async function passwordBytes(
  source: PasswordSource | undefined,
  purpose: PasswordPurpose = { isNew: false },
): Promise<OwnBytes> {
  const given = typeof source === 'function' ? await source(purpose) : source;
  if (given !== undefined && typeof given !== 'string' && !(given instanceof Uint8Array)) {
    throw new TypeError(`password: expected text or a Uint8Array, got ${typeof given}`);
  }
  // Half a character would become U+FFFD, and many passwords the same one.
  if (typeof given === 'string' && /\p{Surrogate}/u.test(given)) {
    throw new TypeError('password: expected text without lone surrogates');
  }
  const bytes = typeof given === 'string' ? encodeUtf8(given) : given && copyOf(given);
  // An empty password would be a key that everybody has, in a file that looks encrypted.
  // @rule file/no-empty-password keywire#passwords
  if (bytes !== undefined && bytes.length > 0) return bytes;
  throw new KeyringFileError(
    'no-password-source',
    `password: expected at least one byte, got ${bytes === undefined ? 'none' : 'an empty one'}`,
  );
}

/** Removes exactly one line end, as a file or a pipe has at its end. */
export function withoutFinalNewline(bytes: Uint8Array): Uint8Array {
  // @rule file/one-final-newline keywire#passwords
  return bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
}

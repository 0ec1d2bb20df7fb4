/**
 * DBUS_COOKIE_SHA1: proving that one can read a file in the same user's home.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms-sha
 *
 * The files, SHA-1 and randomness are injected; only the texts are handled here.
 */

import { AuthError } from './auth-error.ts';
import { asciiBytes, asciiText } from './hex.ts';

/** What the mechanism needs of the world around it. */
export interface CookieSource {
  /** The text of one cookie file; rejects when the keyring folder is not safe. */
  readonly readKeyring: (context: string) => Promise<string>;
  /** Lower-case hexadecimal SHA-1 of ASCII text. */
  readonly sha1Hex: (text: string) => string;
  /** A fresh challenge: lower-case hexadecimal of 16 random bytes or more. */
  readonly randomHex: () => string;
}

/** The server's question: which cookie, and its random text. */
export interface CookieChallenge {
  readonly context: string;
  readonly cookieId: string;
  readonly serverChallenge: string;
}

/**
 * Answers the server's question.
 *
 * @throws {@link AuthError} with code `challenge-invalid` or `keyring-unusable`
 */
export async function respondToCookieChallenge(
  data: Uint8Array,
  source: CookieSource,
): Promise<Uint8Array> {
  const { context, cookieId, serverChallenge } = parseCookieChallenge(data);
  const cookie = findCookie(await source.readKeyring(context), cookieId);
  const clientChallenge = source.randomHex();
  return asciiBytes(
    // @rule sasl/cookie-response dbus#auth-mechanisms-sha
    `${clientChallenge} ${source.sha1Hex(`${serverChallenge}:${clientChallenge}:${cookie}`)}`,
  );
}

/**
 * Parses the server's question.
 *
 * @throws {@link AuthError} with code `challenge-invalid`
 */
export function parseCookieChallenge(data: Uint8Array): CookieChallenge {
  const [context = '', cookieId = '', serverChallenge = '', ...more] = (
    asciiText(data) ?? ''
  ).split(' ');
  // @rule sasl/cookie-context dbus#auth-mechanisms-sha
  // The context is a file name: one with "/" or "." would let the server pick the file we hash.
  if (!/^(?!.*[/\\.])[!-~]{1,255}$/.test(context)) throw invalidChallenge('a context name');
  if (!/^[0-9]{1,10}$/.test(cookieId)) throw invalidChallenge('a cookie id');
  if (serverChallenge === '' || more.length > 0) throw invalidChallenge('three words');
  return { context, cookieId, serverChallenge };
}

/**
 * Finds a cookie in the text of a cookie file: lines of `id time cookie`.
 *
 * @throws {@link AuthError} with code `keyring-unusable`
 */
export function findCookie(keyring: string, cookieId: string): string {
  for (const line of keyring.split('\n')) {
    const [id, time, cookie] = line.split(' ');
    if (id === cookieId && time !== undefined && cookie !== undefined && cookie !== '') {
      return cookie;
    }
  }
  throw new AuthError(
    'keyring-unusable',
    'cookie keyring: expected the cookie that the server named, got none with that id',
  );
}

function invalidChallenge(expected: string): AuthError {
  return new AuthError('challenge-invalid', `DBUS_COOKIE_SHA1: expected ${expected}`);
}

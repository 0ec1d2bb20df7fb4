/**
 * The files, SHA-1 and randomness of DBUS_COOKIE_SHA1. Loaded only when a server wants that
 * mechanism: SHA-1 comes from node:crypto, which costs a short-lived program milliseconds.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms-sha
 */

import { createHash, randomBytes } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { AuthError } from '../sasl/auth-error.ts';
import type { CookieSource } from '../sasl/cookie-sha1.ts';

/** Cookie files hold a handful of lines; a larger one is not read. */
const MAX_KEYRING_BYTES = 256 * 1024;

/** The cookies of this user. */
export function cookieKeyring(
  // As other clients do: the variable first, the user database only without it.
  folder: string = `${process.env['HOME'] || homedir()}/.dbus-keyrings`,
  uid: number | undefined = process.geteuid?.(),
): CookieSource {
  return {
    readKeyring: (context) => readKeyring(folder, context, uid),
    sha1Hex: (text) => createHash('sha1').update(text, 'latin1').digest('hex'),
    randomHex: () => randomBytes(16).toString('hex'),
  };
}

async function readKeyring(folder: string, context: string, uid: number | undefined) {
  try {
    await checkCookieFolder(folder, uid);
    const file = await open(`${folder}/${context}`, 'r');
    try {
      const { size } = await file.stat();
      if (size > MAX_KEYRING_BYTES) throw unusable(folder, 'a cookie file of ordinary size');
      return await file.readFile('latin1');
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw unusable(folder, 'a readable cookie file', cause);
  }
}

/**
 * Checks that nobody else can use a folder of cookies.
 *
 * @throws {@link AuthError} with code `keyring-unusable`
 */
export async function checkCookieFolder(folder: string, uid: number | undefined): Promise<void> {
  const { mode, uid: owner } = await stat(folder);
  // @rule sasl/keyring-permissions dbus#auth-mechanisms-sha
  // Whoever can read the cookies can answer for us; whoever can write them can make us answer.
  if ((mode & 0o077) !== 0) throw unusable(folder, 'a folder closed to other users');
  if (uid !== undefined && owner !== uid) throw unusable(folder, 'a folder of this user');
}

function unusable(folder: string, expected: string, cause?: unknown): AuthError {
  return new AuthError('keyring-unusable', `${folder}: expected ${expected}`, { cause });
}

/**
 * The cookie file of a server that offers DBUS_COOKIE_SHA1: kept up to date under the lock file that
 * other implementations use too. Nothing here is loaded before a client asks for the mechanism.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms-sha
 */

import { AuthError } from '../sasl/auth-error.ts';
import { type Cookie, updateCookies } from '../sasl/cookie-file.ts';
import { COOKIE_CONTEXT, cookieMechanismOver } from '../sasl/cookie-sha1-server.ts';
import type { ServerMechanism } from '../sasl/server.ts';

/** How often a lock that somebody holds is tried; then it counts as left behind. */
const LOCK_TRIES = 32;

/** Default of {@link CookieMechanismOptions.lockWaitMs}, as in the reference implementation. */
const LOCK_WAIT_MS = 250;

const COOKIE_BYTES = 24;

/** What {@link cookieMechanism} may be told. */
export interface CookieMechanismOptions {
  /** Where the cookies are. Default: `.dbus-keyrings` in this user's home. */
  readonly folder?: string;
  /** Between two tries to get the lock of the cookie file; milliseconds, default 250. */
  readonly lockWaitMs?: number;
}

/**
 * DBUS_COOKIE_SHA1 for this user: a client proves that it can read a file that only this user can.
 * For TCP, where nothing else tells who the client is; it protects no byte that follows.
 */
export function cookieMechanism(options: CookieMechanismOptions = {}): ServerMechanism {
  const { createHash, randomBytes } = process.getBuiltinModule('node:crypto');
  const { homedir, userInfo } = process.getBuiltinModule('node:os');
  const { folder = `${process.env['HOME'] || homedir()}/.dbus-keyrings` } = options;
  const { lockWaitMs = LOCK_WAIT_MS } = options;
  const newCookie = () => randomBytes(COOKIE_BYTES).toString('hex');
  const uid = process.geteuid?.();
  const identity = uid === undefined ? undefined : String(uid);
  return cookieMechanismOver({
    identity,
    userNames: [...(identity === undefined ? [] : [identity]), ...userName(userInfo)],
    freshCookie: () => freshCookie(folder, lockWaitMs, newCookie),
    sha1Hex: (text) => createHash('sha1').update(text, 'latin1').digest('hex'),
    randomHex: () => randomBytes(16).toString('hex'),
  });
}

/** The name of this user; an id that the user database does not know has none. */
function userName(userInfo: () => { readonly username: string }): string[] {
  try {
    return [userInfo().username];
  } catch {
    return [];
  }
}

async function freshCookie(
  folder: string,
  lockWaitMs: number,
  newCookie: () => string,
): Promise<Cookie> {
  const { mkdir, readFile, rename, writeFile } = process.getBuiltinModule('node:fs/promises');
  const { checkCookieFolder } = await import('./cookie-keyring.ts');
  const file = `${folder}/${COOKIE_CONTEXT}`;
  await mkdir(folder, { mode: 0o700, recursive: true });
  await checkCookieFolder(folder, process.geteuid?.());
  const unlock = await lock(`${file}.lock`, lockWaitMs);
  try {
    const before = await readFile(file, 'latin1').catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return '';
      throw error;
    });
    const { text, fresh } = updateCookies(before, Math.floor(Date.now() / 1000), newCookie);
    if (text !== before) {
      // Under the lock there is one writer; readers see the old file or the new one.
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
    }
    return fresh;
  } finally {
    await unlock();
  }
}

/** Holds the lock file until the result is called. */
async function lock(file: string, waitMs: number): Promise<() => Promise<void>> {
  const { open, unlink } = process.getBuiltinModule('node:fs/promises');
  const { setTimeout: wait } = process.getBuiltinModule('node:timers/promises');
  for (let tries = 0; tries <= LOCK_TRIES; tries++) {
    try {
      await (await open(file, 'wx', 0o600)).close();
      return () => unlink(file);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    // A lock file tells nobody when it goes away; one that stays was left by a process that died.
    if (tries === LOCK_TRIES - 1) await removeLeft(file);
    else await wait(waitMs);
  }
  throw new AuthError('keyring-unusable', `${file}: expected to get this lock, others hold it`);
}

/** Removes a lock, unless whoever held it did so meanwhile. */
async function removeLeft(file: string): Promise<void> {
  const { unlink } = process.getBuiltinModule('node:fs/promises');
  try {
    await unlink(file);
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AuthError(
      'keyring-unusable',
      `${file}: expected to remove this lock, which nobody gives back, got ${reason}`,
      { cause },
    );
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

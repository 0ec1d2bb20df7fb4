/**
 * The server's side of DBUS_COOKIE_SHA1: accepts who can read the cookies in this user's home.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms-sha
 *
 * The files, SHA-1 and randomness are injected; only the texts are handled here.
 */

import type { Cookie } from './cookie-file.ts';
import type { CookieSource } from './cookie-sha1.ts';
import { asciiBytes, asciiText } from './hex.ts';
import type { Judge, ServerMechanism, ServerVerdict } from './server.ts';

/** The cookie file that servers use which have no reason for one of their own. */
export const COOKIE_CONTEXT = 'org_freedesktop_general';

/** What a server needs of the world around it. */
export interface CookieKeeper extends Pick<CookieSource, 'sha1Hex' | 'randomHex'> {
  /** This user, in all the ways a client may say it: by id, by name. */
  readonly userNames: readonly string[];
  /** The user's id, which an accepted client has. */
  readonly identity: string | undefined;
  /** A cookie new enough to be asked for; makes one when there is none. */
  readonly freshCookie: () => Promise<Cookie>;
}

const REJECT: ServerVerdict = { verdict: 'reject' };

/** DBUS_COOKIE_SHA1 over a keeper of cookies. */
export function cookieMechanismOver(keeper: CookieKeeper): ServerMechanism {
  return { name: 'DBUS_COOKIE_SHA1', start: () => startJudging(keeper) };
}

function startJudging(keeper: CookieKeeper): Judge {
  let expected: ((clientChallenge: string) => string) | undefined;
  return async (response) => {
    const text = response === undefined ? undefined : asciiText(response);
    if (expected === undefined) {
      // @rule sasl/cookie-user dbus#auth-mechanisms-sha
      // Our cookies are this user's: nobody else can have read them.
      if (text === undefined || !keeper.userNames.includes(text)) return REJECT;
      const { id, cookie } = await keeper.freshCookie();
      const challenge = keeper.randomHex();
      expected = (ofClient) => keeper.sha1Hex(`${challenge}:${ofClient}:${cookie}`);
      return { verdict: 'challenge', data: asciiBytes(`${COOKIE_CONTEXT} ${id} ${challenge}`) };
    }
    const [ofClient = '', proof = '', ...more] = (text ?? '').split(' ');
    // @rule sasl/cookie-proof dbus#auth-mechanisms-sha
    const isRight = ofClient !== '' && more.length === 0 && isSame(proof, expected(ofClient));
    return isRight ? { verdict: 'accept', identity: keeper.identity } : REJECT;
  };
}

/** Compares in a time that does not tell how much of the proof was right. */
function isSame(proof: string, expected: string): boolean {
  let difference = proof.length ^ expected.length;
  for (let index = 0; index < expected.length; index++) {
    difference |= proof.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}

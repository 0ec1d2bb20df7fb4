/**
 * The ways in which this process can authenticate step by step, best first. Loaded when a server
 * does not take what was sent ahead.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms
 */

import type { AuthAttempt, AuthMechanism } from '../sasl/client.ts';
import { ClientHandshake } from '../sasl/client-handshake.ts';
import { asciiBytes } from '../sasl/hex.ts';
import type { StartHandshake } from '../transport/dialer.ts';
import type { TransportTarget } from '../transport/transport-target.ts';

const NOTHING = new Uint8Array(0);

/** The name of this program's library is all it tells, as the mechanism's "trace information". */
const ANONYMOUS: AuthAttempt = {
  mechanism: 'ANONYMOUS',
  initialResponse: asciiBytes('keywire'),
  respond: () => NOTHING,
};

/** A conversation with one server that makes the attempts in turn. */
export function stepwiseHandshake(
  mechanisms: readonly AuthMechanism[],
  target: TransportTarget,
): StartHandshake {
  const attempts = authAttempts(mechanisms, target);
  return (handlers) => new ClientHandshake(attempts, handlers);
}

/** Lists the attempts to make towards one server. */
export function authAttempts(
  mechanisms: readonly AuthMechanism[],
  target: TransportTarget,
  uid: number | undefined = process.geteuid?.(),
): AuthAttempt[] {
  const attempts: AuthAttempt[] = [];
  for (const mechanism of mechanisms) {
    if (mechanism === 'EXTERNAL') attempts.push(...externalAttempts(target, uid));
    else if (mechanism === 'ANONYMOUS') attempts.push(ANONYMOUS);
    else if (uid !== undefined) attempts.push(cookieAttempt(uid));
  }
  return attempts;
}

/**
 * The server learns who we are from the socket. Saying nothing lets it do so even where our user
 * id is another one on its side (a user namespace); over TCP saying nothing is taken for nobody.
 */
function externalAttempts(target: TransportTarget, uid: number | undefined): AuthAttempt[] {
  // @rule sasl/external-without-identity dbus#auth-mechanisms-external
  const silent: AuthAttempt = {
    mechanism: 'EXTERNAL',
    initialResponse: undefined,
    respond: () => NOTHING,
  };
  if (uid === undefined) return [silent];
  // @rule sasl/external-identity-over-tcp quirk#B1
  const named: AuthAttempt = { ...silent, initialResponse: asciiBytes(String(uid)) };
  return target.kind === 'tcp' ? [named] : [named, silent];
}

function cookieAttempt(uid: number): AuthAttempt {
  return {
    mechanism: 'DBUS_COOKIE_SHA1',
    // The reference implementations take the user id in place of the name, which may be unknown.
    initialResponse: asciiBytes(String(uid)),
    respond: async (challenge) => {
      const [{ respondToCookieChallenge }, { cookieKeyring }] = await Promise.all([
        import('../sasl/cookie-sha1.ts'),
        import('./cookie-keyring.ts'),
      ]);
      return respondToCookieChallenge(challenge, cookieKeyring());
    },
  };
}

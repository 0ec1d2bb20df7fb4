/**
 * The mechanisms a server can offer without help from the system.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms
 */

import { asciiText } from './hex.ts';
import type { Judge, ServerMechanism } from './server.ts';

const NOTHING = new Uint8Array(0);

/**
 * EXTERNAL for a socket that only `uid` can reach. Who is on the other side has been decided by the
 * permissions of the socket's folder, because a program without native code cannot ask the system;
 * an identity that the client states is compared, never believed.
 */
export function externalMechanism(uid: number | undefined): ServerMechanism {
  const judge: Judge = (response) => {
    // @rule sasl/external-asks-identity dbus#auth-mechanisms-external
    if (response === undefined) return { verdict: 'challenge', data: NOTHING };
    const stated = asciiText(response);
    // @rule sasl/external-identity-compared dbus#auth-mechanisms-external
    const isOurs = stated === '' || (uid !== undefined && stated === String(uid));
    return isOurs
      ? { verdict: 'accept', identity: uid === undefined ? undefined : String(uid) }
      : { verdict: 'reject' };
  };
  return { name: 'EXTERNAL', start: () => judge };
}

/** ANONYMOUS: accepts anybody, and knows nothing about them. */
export function anonymousMechanism(): ServerMechanism {
  const judge: Judge = () => ({ verdict: 'accept', identity: undefined });
  return { name: 'ANONYMOUS', start: () => judge };
}

/**
 * Where a client can connect to, and what `unix:` addresses come to: sockets by path and abstract
 * ones. other-target.ts has the rest.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#transports-unix-domain-sockets
 */

import { ConnectionError } from '../connection-error.ts';
import type { AddressEntry } from './address.ts';

/** Where to open a socket. */
export type TransportTarget =
  /** `path` starts with NUL for a socket in the abstract namespace. */
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** 0 takes whichever the host name has. */
      readonly family: 0 | 4 | 6;
    };

/** Room for a path in sockaddr_un, less its NUL; what does not fit would name another socket. */
export const MAX_SOCKET_PATH_BYTES = 107;

/** Keys of `unix:` that only a server can use. */
const LISTEN_ONLY_KEYS = ['dir', 'tmpdir', 'runtime'] as const;

/** The server id that an address promises; undefined when it promises none. */
export function promisedGuid(entry: AddressEntry): string | undefined {
  const guid = entry.parameters.get('guid');
  return typeof guid === 'string' ? guid.toLowerCase() : undefined;
}

/**
 * Says where to open a socket for a `unix:` address.
 *
 * @throws {@link ConnectionError} with code `transport-not-supported`, `address-invalid`,
 * `path-too-long`
 */
export function unixTarget(entry: AddressEntry): TransportTarget {
  const path = entry.parameters.get('path');
  const abstract = entry.parameters.get('abstract');
  // @rule address/listen-only dbus#transports-unix-domain-sockets-addresses
  for (const key of LISTEN_ONLY_KEYS) {
    if (entry.parameters.has(key)) {
      throw targetNotSupported(`unix:${key}`, 'only servers can listen on it');
    }
  }
  // @rule address/one-of-path-abstract dbus#transports-unix-domain-sockets-addresses
  if ((path === undefined) === (abstract === undefined)) {
    throw invalidTarget('unix address', 'either path or abstract');
  }
  const name = path ?? abstract;
  // @rule address/path-text keywire#addresses
  // Node takes socket paths as text; other bytes would be replaced and name another file.
  if (typeof name !== 'string') throw invalidTarget('unix address', 'a path that is UTF-8');
  // @rule address/path-nul dbus#addresses
  if (name.includes('\0')) throw invalidTarget('unix address', 'a path without NUL');
  // @rule address/path-length keywire#addresses
  const length = new TextEncoder().encode(name).length;
  if (length > MAX_SOCKET_PATH_BYTES) {
    throw new ConnectionError(
      'path-too-long',
      `unix address: expected a path of at most ${MAX_SOCKET_PATH_BYTES} bytes, got ${length}`,
      { advice: 'Use a shorter folder, for example through a symbolic link.' },
    );
  }
  return { kind: 'unix', path: path === undefined ? `\0${name}` : name };
}

/** The address does not say where. */
export function invalidTarget(subject: string, expected: string): ConnectionError {
  return new ConnectionError('address-invalid', `${subject}: expected ${expected}`);
}

/** The address says how in a way that we do not go. */
export function targetNotSupported(transport: string, reason: string): ConnectionError {
  return new ConnectionError(
    'transport-not-supported',
    `address: expected unix:path, unix:abstract or tcp, got ${transport} (${reason})`,
  );
}

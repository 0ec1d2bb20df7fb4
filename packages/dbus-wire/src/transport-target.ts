/**
 * Decides what a client can connect to: sockets by path, abstract sockets and TCP. Everything else
 * is refused by name.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#transports
 */

import type { AddressEntry } from './address.ts';
import { ConnectionError } from './connection-error.ts';

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

/** Transports that the specification defines and this client refuses, with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  unixexec: 'it would run a program named by an environment variable',
  'nonce-tcp': 'its nonce file proves nothing that a cookie does not',
  launchd: 'it exists on macOS only',
  autolaunch: 'a bus is never started',
  systemd: 'only servers can listen on it',
  vsock: 'it is not available to Node',
};

/** Keys of `unix:` that only a server can use. */
const LISTEN_ONLY_KEYS = ['dir', 'tmpdir', 'runtime'] as const;

/**
 * Says where to open a socket for an address.
 *
 * @throws {@link ConnectionError} with code `bus-disabled`, `transport-not-supported`,
 * `address-invalid`, `path-too-long`
 */
export function transportTarget(entry: AddressEntry): TransportTarget {
  switch (entry.transport) {
    case 'unix':
      return unixTarget(entry);
    case 'tcp':
      return tcpTarget(entry);
    case 'disabled':
      // @rule address/disabled keywire#bus-discovery
      throw new ConnectionError('bus-disabled', 'bus: expected an address, got "disabled:"', {
        advice:
          'Message buses are switched off here; unset DBUS_SESSION_BUS_ADDRESS to look again.',
      });
    default: {
      // @rule address/transport-refused keywire#addresses
      const reason = Object.hasOwn(REFUSED, entry.transport) ? REFUSED[entry.transport] : undefined;
      throw notSupported(entry.transport, reason ?? 'this transport is not known');
    }
  }
}

/** The server id that an address promises; undefined when it promises none. */
export function promisedGuid(entry: AddressEntry): string | undefined {
  const guid = entry.parameters.get('guid');
  return typeof guid === 'string' ? guid.toLowerCase() : undefined;
}

function unixTarget(entry: AddressEntry): TransportTarget {
  const path = entry.parameters.get('path');
  const abstract = entry.parameters.get('abstract');
  // @rule address/listen-only dbus#transports-unix-domain-sockets-addresses
  for (const key of LISTEN_ONLY_KEYS) {
    if (entry.parameters.has(key)) {
      throw notSupported(`unix:${key}`, 'only servers can listen on it');
    }
  }
  // @rule address/one-of-path-abstract dbus#transports-unix-domain-sockets-addresses
  if ((path === undefined) === (abstract === undefined)) {
    throw invalid('unix address', 'either path or abstract');
  }
  const name = path ?? abstract;
  // @rule address/path-text keywire#addresses
  // Node takes socket paths as text; other bytes would be replaced and name another file.
  if (typeof name !== 'string') throw invalid('unix address', 'a path that is UTF-8');
  // @rule address/path-nul dbus#addresses
  if (name.includes('\0')) throw invalid('unix address', 'a path without NUL');
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

function tcpTarget(entry: AddressEntry): TransportTarget {
  const { host, port, family } = Object.fromEntries(entry.parameters);
  // @rule address/tcp-host-port dbus#transports-tcp-sockets
  if (typeof host !== 'string' || host === '' || host.includes('\0')) {
    throw invalid('tcp address', 'a host');
  }
  if (typeof port !== 'string' || !/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65535) {
    throw invalid('tcp address', 'a port from 1 to 65535');
  }
  // @rule address/tcp-family dbus#transports-tcp-sockets
  if (family !== undefined && family !== 'ipv4' && family !== 'ipv6') {
    throw invalid('tcp address', 'the family ipv4 or ipv6');
  }
  return {
    kind: 'tcp',
    host,
    port: Number(port),
    family: family === undefined ? 0 : family === 'ipv4' ? 4 : 6,
  };
}

function invalid(subject: string, expected: string): ConnectionError {
  return new ConnectionError('address-invalid', `${subject}: expected ${expected}`);
}

function notSupported(transport: string, reason: string): ConnectionError {
  return new ConnectionError(
    'transport-not-supported',
    `address: expected unix:path, unix:abstract or tcp, got ${transport} (${reason})`,
  );
}

/**
 * What addresses other than `unix:` come to: TCP sockets; everything else is refused by name.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#transports
 */

import { ConnectionError } from '../connection-error.ts';
import type { AddressEntry } from './address.ts';
import { invalidTarget, type TransportTarget, targetNotSupported } from './transport-target.ts';

/** Transports that the specification defines and this client refuses, with the reason. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['unixexec', 'it would run a program named by an environment variable'],
  ['nonce-tcp', 'its nonce file proves nothing that a cookie does not'],
  ['launchd', 'it exists on macOS only'],
  ['autolaunch', 'a bus is never started'],
  ['systemd', 'only servers can listen on it'],
  ['vsock', 'it is not available to Node'],
]);

/**
 * Says where to open a socket for an address that is not a `unix:` one.
 *
 * @throws {@link ConnectionError} with code `bus-disabled`, `transport-not-supported`,
 * `address-invalid`
 */
export function otherTarget(entry: AddressEntry): TransportTarget {
  const { transport } = entry;
  if (transport === 'tcp') return tcpTarget(entry);
  // @rule address/disabled keywire#bus-discovery
  if (transport === 'disabled') {
    throw new ConnectionError('bus-disabled', 'bus: expected an address, got "disabled:"', {
      advice: 'Message buses are switched off here; unset DBUS_SESSION_BUS_ADDRESS to look again.',
    });
  }
  // @rule address/transport-refused keywire#addresses
  const reason = REFUSED.get(transport) ?? 'this transport is not known';
  throw targetNotSupported(transport, reason);
}

function tcpTarget(entry: AddressEntry): TransportTarget {
  const { host, port, family } = Object.fromEntries(entry.parameters);
  // @rule address/tcp-host-port dbus#transports-tcp-sockets
  if (typeof host !== 'string' || host.includes('\0')) {
    throw invalidTarget('tcp address', 'a host');
  }
  if (typeof port !== 'string' || !/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65535) {
    throw invalidTarget('tcp address', 'a port from 1 to 65535');
  }
  // @rule address/tcp-family dbus#transports-tcp-sockets
  if (family !== undefined && family !== 'ipv4' && family !== 'ipv6') {
    throw invalidTarget('tcp address', 'the family ipv4 or ipv6');
  }
  return {
    kind: 'tcp',
    host,
    port: Number(port),
    family: family === undefined ? 0 : family === 'ipv4' ? 4 : 6,
  };
}

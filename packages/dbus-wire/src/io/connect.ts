/**
 * Connecting, for programs that wait for it. Everything about connections is loaded here, so that a
 * program which only encodes and decodes does not pay for it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-types
 */

import type { Connection } from '../connection/connection.ts';
import type { ConnectionOptions } from './open-connection.ts';

/**
 * Connects to a bus.
 *
 * @throws {@link ConnectionError} with code `no-bus`, `bus-disabled`, `address-invalid`,
 * `path-too-long`, `transport-not-supported`, `connect-failed`, `auth-rejected`, `guid-mismatch`,
 * `hello-failed`, `deadline`, `aborted`
 */
export async function connect(options: ConnectionOptions = {}): Promise<Connection> {
  const { openConnection } = await import('./open-connection.ts');
  const connection = openConnection(options);
  await connection.ready;
  return connection;
}

/**
 * The other end of a connection between two programs: a socket that was accepted becomes a
 * {@link Connection} without a bus.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import type { Socket } from 'node:net';
import { checkOptionNames } from '../codec/arguments.ts';
import { Connection } from '../connection/connection.ts';
import type { ConnectionSettings } from '../connection/connection-options.ts';
import { ConnectionError } from '../connection-error.ts';
import {
  checkServerOptions,
  ServerHandshake,
  type ServerHandshakeOptions,
} from '../sasl/server-handshake.ts';
import type { Dial } from '../transport/dialer.ts';
import { systemClock } from './clock.ts';
import { readMachineId } from './machine-id.ts';
import { SocketTransport } from './net-transport.ts';

/** How an accepted socket is authenticated and used. */
export interface AcceptOptions extends ConnectionSettings, ServerHandshakeOptions {}

const OPTION_NAMES: Readonly<Record<keyof AcceptOptions, true>> = {
  guid: true,
  mechanisms: true,
  timeoutMs: true,
  replyTimeoutMs: true,
  signal: true,
  trace: true,
  maxMessageBytes: true,
  maxPendingCalls: true,
};

/**
 * Makes a connection of an accepted socket. Its `ready` rejects with code `auth-rejected` when the
 * client does not authenticate, and with `deadline` when it takes too long.
 *
 * @throws TypeError or RangeError when an option is not what it has to be
 */
export function acceptConnection(socket: Socket, options: AcceptOptions): Connection {
  // @rule connection/option-names keywire#bad-input
  checkOptionNames('options', options, OPTION_NAMES);
  checkServerOptions(options);
  return new Connection(
    {
      dial: acceptOn(new SocketTransport(socket), options),
      clock: systemClock,
      isOnBus: false,
      machineId: () => readMachineId(),
    },
    options,
  );
}

function acceptOn(transport: SocketTransport, options: ServerHandshakeOptions): Dial {
  return (wiring, signal) =>
    new Promise((resolve, reject) => {
      let isAccepted = false;
      const refuse = (cause: unknown): void => {
        transport.destroy();
        reject(
          new ConnectionError('auth-rejected', 'client: expected it to authenticate', { cause }),
        );
      };
      const handshake = new ServerHandshake(options, {
        send: (bytes) => transport.write([bytes]),
        failed: refuse,
        accepted: (_identity, rest) => {
          isAccepted = true;
          wiring.outbox.attach(transport, new Uint8Array(0));
          wiring.outbox.commit();
          wiring.accepted(transport);
          wiring.received(rest);
          resolve();
        },
      });
      signal.addEventListener('abort', () => refuse(signal.reason), { once: true });
      transport.start({
        received: (chunk) => {
          if (isAccepted) wiring.received(chunk);
          else handshake.feed(chunk);
        },
        drained: wiring.drained,
        closed: (error) => (isAccepted ? wiring.closed(error) : refuse(error)),
      });
    });
}

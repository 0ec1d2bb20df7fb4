/**
 * The server's side of a connection: authenticating clients, and connections between two programs
 * without a bus. A client bundle does not carry it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

export { checkOptionNames } from './codec/arguments.ts';
export { canHoldSecret } from './codec/signature.ts';
export { type AcceptOptions, acceptConnection } from './io/accept-connection.ts';
export { systemClock } from './io/clock.ts';
export { type CookieMechanismOptions, cookieMechanism } from './io/cookie-keeper.ts';
export { readMachineId } from './io/machine-id.ts';
export { SocketTransport } from './io/net-transport.ts';
export {
  type Judge,
  SaslServer,
  type ServerAction,
  type ServerMechanism,
  type ServerVerdict,
} from './sasl/server.ts';
export {
  ServerHandshake,
  type ServerHandshakeHandlers,
  type ServerHandshakeOptions,
} from './sasl/server-handshake.ts';
export { anonymousMechanism, externalMechanism } from './sasl/server-mechanisms.ts';
export type { Transport, TransportHandlers } from './transport/transport.ts';
export { wipeBytes } from './wipe-bytes.ts';

/**
 * What one connection may take, so that no client can starve another. The defaults follow
 * dbus-daemon's session bus where it has a number of the same kind.
 * https://dbus.freedesktop.org/doc/dbus-daemon.1.html (limit names)
 */

export interface BusLimits {
  /** Connections at once, those still authenticating included. */
  readonly maxConnections: number;
  /** Connections that have not said Hello. */
  readonly maxIncompleteConnections: number;
  /** Time from accepting a connection to its Hello, in milliseconds. */
  readonly authTimeoutMs: number;
  /** The largest message taken from a client, header included. */
  readonly maxMessageBytes: number;
  /** Bytes waiting for a client that does not read; beyond it the client is cut off. */
  readonly maxQueuedBytes: number;
  /** Names owned or waited for by one connection. */
  readonly maxNamesPerConnection: number;
  /** Match rules of one connection. */
  readonly maxMatchRulesPerConnection: number;
  /** Calls of one connection that wait for their reply. */
  readonly maxPendingRepliesPerConnection: number;
  /** How long a call may wait for a service that is being started, in milliseconds. */
  readonly activationTimeoutMs: number;
}

export const DEFAULT_BUS_LIMITS: BusLimits = {
  maxConnections: 256,
  maxIncompleteConnections: 64,
  authTimeoutMs: 5_000,
  maxMessageBytes: 64 * 1024 * 1024,
  maxQueuedBytes: 128 * 1024 * 1024,
  maxNamesPerConnection: 512,
  maxMatchRulesPerConnection: 512,
  maxPendingRepliesPerConnection: 1024,
  activationTimeoutMs: 25_000,
};

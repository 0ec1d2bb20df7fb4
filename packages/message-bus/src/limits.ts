/**
 * What one connection may take, so that no client can starve another, and all of them together. The
 * defaults are those that dbus-daemon has without a configuration, where it has a number of the same
 * kind; where a program could meet one that a session bus never shows it, they are higher.
 * https://dbus.freedesktop.org/doc/dbus-daemon.1.html (limit names)
 */

/** What one client may take of the bus, and how long it may take. */
export interface BusLimits {
  /**
   * Connections at once, those still authenticating included. All are one user's, so that this is the
   * limit per user too; which of them are one program's, the bus cannot see.
   */
  readonly maxConnections: number;
  /** Connections that have not said Hello: as many as may be there, since all may come at once. */
  readonly maxIncompleteConnections: number;
  /** Time from accepting a connection to its Hello, in milliseconds. */
  readonly authTimeoutMs: number;
  /** The largest message taken from a client, header included. */
  readonly maxMessageBytes: number;
  /**
   * Bytes waiting for a client that does not read. With more it gets no calls, which are refused, and
   * is cut off by what it asked for: a reply or a signal. One message may always wait.
   */
  readonly maxQueuedBytes: number;
  /** How long others wait for a client that is far behind and reads nothing, in milliseconds. */
  readonly stallTimeoutMs: number;
  /** Names owned or waited for by one connection. */
  readonly maxNamesPerConnection: number;
  /** Match rules of one connection. */
  readonly maxMatchRulesPerConnection: number;
  /** Calls of one connection that wait for their reply. */
  readonly maxPendingRepliesPerConnection: number;
  /** How long a call may wait for a service that is being started, in milliseconds. */
  readonly activationTimeoutMs: number;
}

/**
 * The limits in force: the defaults, and what differs.
 *
 * @throws TypeError for a limit that there is not, RangeError for one that is not a number above 0
 */
export function effectiveLimits(limits: Partial<BusLimits> = {}): BusLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_BUS_LIMITS, name)) {
      throw new TypeError(`limits: expected names of BusLimits, got another`);
    }
    if (typeof value !== 'number' || !(value > 0)) {
      throw new RangeError(`limits.${name}: expected a number above 0`);
    }
  }
  return { ...DEFAULT_BUS_LIMITS, ...limits };
}

/** The limits in force where no others are given. */
export const DEFAULT_BUS_LIMITS: BusLimits = {
  maxConnections: 1024,
  maxIncompleteConnections: 1024,
  authTimeoutMs: 30_000,
  maxMessageBytes: 128 * 1024 * 1024,
  maxQueuedBytes: 128 * 1024 * 1024,
  stallTimeoutMs: 30_000,
  maxNamesPerConnection: 512,
  maxMatchRulesPerConnection: 512,
  maxPendingRepliesPerConnection: 1024,
  activationTimeoutMs: 25_000,
};

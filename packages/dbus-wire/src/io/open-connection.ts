/**
 * Opening a connection from this process: where the bus is, how to authenticate, the socket.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-types
 */

import { checkOptionNames, checkString, wrongArgument } from '../codec/arguments.ts';
import { Connection } from '../connection/connection.ts';
import type { ConnectionSettings } from '../connection/connection-options.ts';
import type { AuthMechanism } from '../sasl/client.ts';
import { parseAddress } from '../transport/address.ts';
import { dialAddresses } from '../transport/dialer.ts';
import { checkBus, findBusAddress, processWorld } from './bus-discovery.ts';
import { systemClock } from './clock.ts';
import { openSocket } from './net-transport.ts';

/** Which bus, or which other program, and how. */
export interface ConnectionOptions extends ConnectionSettings {
  /** Which bus to look for when no address is given. Default `session`. */
  readonly bus?: 'session' | 'system' | undefined;
  /** A D-Bus address, possibly a list; tried in order. */
  readonly address?: string | undefined;
  /** The address is another program's own, not a bus's: no Hello, no names. Default false. */
  readonly peerToPeer?: boolean | undefined;
  /**
   * The mechanisms to try, in order; the server's list decides among them. Default EXTERNAL and
   * DBUS_COOKIE_SHA1; ANONYMOUS only when listed here.
   */
  readonly mechanisms?: readonly AuthMechanism[] | undefined;
  /** Waits for each answer while authenticating. Default: only inside a Flatpak. */
  readonly stepwise?: boolean | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof ConnectionOptions, true>> = {
  bus: true,
  address: true,
  peerToPeer: true,
  mechanisms: true,
  stepwise: true,
  timeoutMs: true,
  replyTimeoutMs: true,
  signal: true,
  trace: true,
  maxMessageBytes: true,
  maxPendingCalls: true,
};

const MECHANISMS: readonly string[] = ['EXTERNAL', 'DBUS_COOKIE_SHA1', 'ANONYMOUS'];

/** What is tried unless told otherwise; ANONYMOUS only ever on request. */
const DEFAULT_MECHANISMS: readonly AuthMechanism[] = ['EXTERNAL', 'DBUS_COOKIE_SHA1'];

/** Tells whether a Flatpak's proxy is between us and the bus: it drops what is sent ahead. */
export function isInsideFlatpak(mark = '/.flatpak-info'): boolean {
  // @rule connection/stepwise-in-flatpak keywire#pipelining
  return process.getBuiltinModule('node:fs').existsSync(mark);
}

/**
 * Opens a connection without waiting for it: calls made before it is `ready` leave in the same
 * write as the authentication. Failures to connect reject `ready` and those calls.
 *
 * @throws TypeError or RangeError when an option is not what it has to be
 */
export function openConnection(options: ConnectionOptions = {}): Connection {
  // @rule connection/option-names keywire#bad-input
  checkOptionNames('connection', options, OPTION_NAMES);
  const { bus = 'session', address, peerToPeer = false, mechanisms = DEFAULT_MECHANISMS } = options;
  checkBus(bus);
  checkTarget(options, mechanisms);
  const entries = () => parseAddress(address ?? findBusAddress(bus, processWorld()));
  const dial = dialAddresses({
    entries,
    open: openSocket,
    sendsAhead: () => mechanisms[0] === 'EXTERNAL' && !(options.stepwise ?? isInsideFlatpak()),
    stepwise: async (target) => {
      const { stepwiseHandshake } = await import('./auth-attempts.ts');
      return stepwiseHandshake(mechanisms, target);
    },
  });
  return new Connection({ dial, clock: systemClock, isOnBus: !peerToPeer, machineId }, options);
}

/** Asked for by few: read, and the code for it loaded, when it is. */
async function machineId(): Promise<string | undefined> {
  return (await import('./machine-id.ts')).readMachineId();
}

/** What is misspelt must not be told as a fault of the bus. */
function checkTarget({ address }: ConnectionOptions, mechanisms: readonly string[]): void {
  if (address !== undefined) checkString('address', address);
  const isListed = Array.isArray(mechanisms) && mechanisms.length > 0;
  if (!isListed || !mechanisms.every((name) => MECHANISMS.includes(name))) {
    throw wrongArgument('mechanisms', `one or more of ${MECHANISMS.join(', ')}`, mechanisms);
  }
}

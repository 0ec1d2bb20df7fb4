/** What a bus of either implementation is asked to be, and what starting it gives. */
import type { Supervised } from '../supervised.ts';

export type BusImplementation = 'dbus-daemon' | 'dbus-broker';
export type BusTransport = 'unix' | 'abstract' | 'tcp' | 'nonce-tcp';
export type BusMechanism = 'EXTERNAL' | 'DBUS_COOKIE_SHA1' | 'ANONYMOUS';

/** A service that the bus starts when somebody calls its name. */
export interface BusService {
  readonly name: string;
  /** The command line, in the quoting of a `.service` file. */
  readonly exec: string;
}

export interface BusOptions {
  /** Default `dbus-daemon`. */
  readonly implementation?: BusImplementation;
  /** Default `unix`. dbus-broker takes `unix` and `abstract` only. */
  readonly address?: BusTransport;
  /** The mechanisms offered; default: what the implementation offers by itself. dbus-daemon only. */
  readonly auth?: readonly BusMechanism[];
  /** Whether somebody who authenticated as ANONYMOUS may stay; default false. dbus-daemon only. */
  readonly anonymous?: boolean;
  /** Default: none, so that nothing is ever started by accident. dbus-daemon only. */
  readonly services?: readonly BusService[];
  /** How long an activated service may take to claim its name; default 25,000. dbus-daemon only. */
  readonly serviceStartTimeoutMs?: number;
}

/** What a starter of one implementation hands back. */
export interface StartedBus {
  readonly process: Supervised;
  readonly address: string;
  /** What clients need in their environment besides the address. */
  readonly env?: Readonly<Record<string, string>>;
}

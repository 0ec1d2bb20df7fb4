/**
 * Finds the address of the session or system bus. A bus is never started.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-types-login
 */

import { checkObject, wrongArgument } from '../codec/arguments.ts';
import { ConnectionError } from '../connection-error.ts';
import { escapeValue } from '../transport/address.ts';

/** What discovery looks at; given so that tests need no real environment. */
export interface DiscoveryWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The id of the user we act as; undefined where there are none. */
  readonly uid: number | undefined;
  /** Whether this program acts with more rights than the user who started it. */
  readonly isPrivileged: boolean;
  /** Who owns the socket at a path; undefined when there is no socket. */
  readonly socketOwner: (path: string) => number | undefined;
}

/** Where the specification puts the system bus. */
const SYSTEM_BUS_ADDRESS = 'unix:path=/var/run/dbus/system_bus_socket';

/** This process's own surroundings. */
export function processWorld(): DiscoveryWorld {
  const isPrivileged =
    process.getuid?.() !== process.geteuid?.() || process.getgid?.() !== process.getegid?.();
  return { environment: process.env, uid: process.geteuid?.(), isPrivileged, socketOwner };
}

/**
 * Refuses what is misspelt: it must not lead to another bus.
 *
 * @throws TypeError
 */
export function checkBus(bus: unknown): void {
  if (bus !== 'session' && bus !== 'system') {
    throw wrongArgument('bus', '"session" or "system"', bus);
  }
}

/**
 * Finds a bus address.
 *
 * @throws {@link ConnectionError} with code `no-bus`
 */
export function findBusAddress(bus: 'session' | 'system', world: DiscoveryWorld): string {
  checkBus(bus);
  checkObject('world', world);
  // @rule address/privileged-environment keywire#bus-discovery
  // Whoever starts a program with raised privileges chooses its environment, but not its bus.
  const environment = world.isPrivileged ? {} : world.environment;
  if (bus === 'system') return environment['DBUS_SYSTEM_BUS_ADDRESS'] || SYSTEM_BUS_ADDRESS;
  const named = environment['DBUS_SESSION_BUS_ADDRESS'];
  // @rule address/session-order keywire#bus-discovery
  if (named !== undefined && named !== '') return named;
  const tried: string[] = ['DBUS_SESSION_BUS_ADDRESS (not set)'];
  for (const path of candidatePaths(environment, world.uid)) {
    const owner = world.socketOwner(path);
    // @rule address/socket-owner keywire#bus-discovery
    // A folder that another user can write to may hold a socket that only looks like our bus.
    if (owner !== undefined && (owner === world.uid || owner === 0)) {
      return `unix:path=${escapeValue(path)}`;
    }
    tried.push(`${path} (${owner === undefined ? 'no socket' : 'owned by another user'})`);
  }
  throw new ConnectionError(
    'no-bus',
    `session bus: expected an address, tried ${tried.join(', ')}`,
    {
      advice: 'Start a session bus, for example with dbus-run-session, or give an address.',
    },
  );
}

function candidatePaths(
  environment: DiscoveryWorld['environment'],
  uid: number | undefined,
): string[] {
  const runtimeDirectory = environment['XDG_RUNTIME_DIR'];
  const paths: string[] = [];
  if (runtimeDirectory?.startsWith('/')) paths.push(`${runtimeDirectory}/bus`);
  if (uid !== undefined) paths.push(`/run/user/${uid}/bus`);
  return [...new Set(paths)];
}

function socketOwner(path: string): number | undefined {
  try {
    // Not imported: of node:fs an ES module gets all names, node:fs/promises included, in 1.5 ms.
    const stats = process.getBuiltinModule('node:fs').statSync(path, { throwIfNoEntry: false });
    return stats?.isSocket() ? stats.uid : undefined;
  } catch {
    // A folder that we may not look into, or a path that cannot be one, holds no bus of ours.
    return undefined;
  }
}

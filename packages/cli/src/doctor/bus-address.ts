/** Which sockets a bus address names, and where the address came from. */
import { parseAddress } from '@keywire/dbus-wire';
import type { BusSource } from '../types/doctor.ts';

/** The paths of the sockets in an address; none for one that cannot be read. */
export function socketPaths(address: string): readonly string[] {
  try {
    return parseAddress(address).flatMap(({ transport, parameters }) => {
      const path = parameters.get('path');
      return transport === 'unix' && typeof path === 'string' ? [path] : [];
    });
  } catch {
    // Connecting tells what is wrong with the address.
    return [];
  }
}

/** Where the session bus is looked for, in order, when the variable is not set. */
export function usualPaths(
  runtimeDirectory: string | undefined,
  uid: number | undefined,
): string[] {
  return [
    ...(runtimeDirectory?.startsWith('/') === true ? [`${runtimeDirectory}/bus`] : []),
    ...(uid === undefined ? [] : [`/run/user/${uid}/bus`]),
  ];
}

export function sourceOf(
  variable: string | undefined,
  address: string | undefined,
  runtimeDirectory: string | undefined,
): BusSource {
  if (variable !== undefined && variable !== '') return 'DBUS_SESSION_BUS_ADDRESS';
  if (address === undefined) return 'nowhere';
  const paths = socketPaths(address);
  return runtimeDirectory !== undefined && paths.includes(`${runtimeDirectory}/bus`)
    ? 'XDG_RUNTIME_DIR/bus'
    : '/run/user/UID/bus';
}

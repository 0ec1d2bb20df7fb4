/** What the bus and the system know about a caller. */
import { readlink } from 'node:fs/promises';
import { type Connection, Variant } from '@keywire/dbus-wire';
import type { Caller } from '../types/policy.ts';

/** Asks the bus who a connection is; on a bus that cannot tell, only its name is known. */
export async function describeCaller(connection: Connection, uniqueName: string): Promise<Caller> {
  const reply = await connection.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'GetConnectionCredentials',
    signature: 's',
    body: [uniqueName],
  });
  const [credentials] = reply.body;
  const processId = numberOf(credentials, 'ProcessID');
  return {
    uniqueName,
    userId: numberOf(credentials, 'UnixUserID'),
    processId,
    program: processId === undefined ? undefined : await programOf(processId),
  };
}

/** The connections that are on the bus now. */
export async function uniqueNames(connection: Connection): Promise<ReadonlySet<unknown>> {
  const reply = await connection.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'ListNames',
  });
  const [names] = reply.body;
  return new Set(Array.isArray(names) ? names : []);
}

function numberOf(credentials: unknown, name: string): number | undefined {
  const entry: unknown = credentials instanceof Map ? credentials.get(name) : undefined;
  return entry instanceof Variant && typeof entry.value === 'number' ? entry.value : undefined;
}

async function programOf(processId: number): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${processId}/exe`);
  } catch {
    // Ended, or another user's: the program is not known, which is what undefined says.
    return undefined;
  }
}

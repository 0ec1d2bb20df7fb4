/**
 * The id of this machine, as Peer.GetMachineId answers it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-peer
 */

/** Where the id is kept; the first file that holds one counts. */
const MACHINE_ID_FILES = ['/var/lib/dbus/machine-id', '/etc/machine-id'] as const;

/** Reads this machine's id: 32 hexadecimal digits; undefined when it has none. */
export function readMachineId(files: readonly string[] = MACHINE_ID_FILES): string | undefined {
  for (const file of files) {
    const id = readText(file)?.trim();
    if (id !== undefined && /^[0-9a-f]{32}$/.test(id)) return id;
  }
  return undefined;
}

function readText(file: string): string | undefined {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(file, 'latin1');
  } catch {
    // Missing or unreadable: this machine has no id here, which is what undefined says.
    return undefined;
  }
}

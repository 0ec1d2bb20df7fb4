import process from 'node:process';

/** Makes a bus this process's session bus for as long as a function runs. */
export async function onSessionBus<T>(address: string, use: () => Promise<T>): Promise<T> {
  const before = process.env['DBUS_SESSION_BUS_ADDRESS'];
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
  try {
    return await use();
  } finally {
    if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = before;
  }
}

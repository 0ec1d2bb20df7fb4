/** Which platform this is, and where it keeps a user's data. */
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** As `process.platform`. */
export function currentPlatform(): string {
  return process.platform;
}

/** The folder for data of this user, without a place for any program in it. */
export function userDataFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support');
  if (platform === 'win32') {
    return env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local');
  }
  const named = env['XDG_DATA_HOME'];
  // The base directory specification: a relative path is ignored.
  const isUsable = named !== undefined && path.isAbsolute(named);
  return isUsable ? named : path.join(homedir(), '.local', 'share');
}

/** Where the session bus is said to be: another one is another keyring. */
export function sessionBusAddress(): string | undefined {
  return process.env['DBUS_SESSION_BUS_ADDRESS'];
}

/** Joins names that hold no separators. */
export function joinPath(...parts: readonly string[]): string {
  return path.join(...parts);
}

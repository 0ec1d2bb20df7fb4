/** Which platform this is, and where it keeps a user's data. */
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { PersistenceError } from '../errors.ts';

/**
 * The user's home folder.
 *
 * @throws {@link PersistenceError} where none is known: a relative one would be another folder for each
 * working directory
 */
export function homeFolder(find: () => string = homedir): string {
  const home = foundHome(find);
  // @rule token/home-is-absolute keywire#token-cache
  if (home !== undefined && path.isAbsolute(home)) return home;
  throw new PersistenceError('failed', '~', 'expected HOME to be an absolute path, got none', {
    advice: 'set HOME, or give an absolute location',
  });
}

function foundHome(find: () => string): string | undefined {
  try {
    return find();
  } catch {
    // HOME is not set, and the user has no entry in the system's list.
    return undefined;
  }
}

/** As `process.platform`. */
export function currentPlatform(): string {
  return process.platform;
}

/** The folder for data of this user, without a place for any program in it. */
export function userDataFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  if (platform === 'darwin') return path.join(homeFolder(), 'Library', 'Application Support');
  if (platform === 'win32') {
    return env['LOCALAPPDATA'] ?? path.join(homeFolder(), 'AppData', 'Local');
  }
  const named = env['XDG_DATA_HOME'];
  // The base directory specification: a relative path is ignored.
  const isUsable = named !== undefined && path.isAbsolute(named);
  return isUsable ? named : path.join(homeFolder(), '.local', 'share');
}

/** Where the session bus is said to be: another one is another keyring. */
export function sessionBusAddress(): string | undefined {
  return process.env['DBUS_SESSION_BUS_ADDRESS'];
}

/** Joins names that hold no separators. */
export function joinPath(...parts: readonly string[]): string {
  return path.join(...parts);
}

// Where files of this package lie, by the XDG base directory specification: absolute paths only.
// https://specifications.freedesktop.org/basedir/latest/

import { keyringError } from '../errors.ts';
import type { KeyringHost } from '../types/host.ts';

type Place = Pick<KeyringHost, 'env' | 'home'>;

/** Whether there is a folder of configurations: without a home there is nothing that one could say. */
export function hasConfigFolder({ env, home }: Place): boolean {
  return [env['XDG_CONFIG_HOME'], home].some((path) => path?.startsWith('/'));
}

/** Whether there is a folder in which a choice could have been remembered. */
export function hasStateFolder({ env, home }: Place): boolean {
  return [env['XDG_STATE_HOME'], home].some((path) => path?.startsWith('/'));
}

/** The file that chooses a backend for all programs of the user. */
export function configPath(host: Place): string {
  return `${baseFolder(host, 'XDG_CONFIG_HOME', '.config')}/keywire/keyring.json`;
}

/** The folder of remembered choices: one file for each program. */
export function rememberedFolder(host: Place): string {
  return `${baseFolder(host, 'XDG_STATE_HOME', '.local/state')}/keywire/backends`;
}

/** The encrypted file, unless another one is named. */
export function defaultKeyringPath(host: Place): string {
  return `${baseFolder(host, 'XDG_DATA_HOME', '.local/share')}/keywire/default.keyring`;
}

/** The file that is not encrypted. */
export function plaintextPath(host: Place): string {
  return `${baseFolder(host, 'XDG_DATA_HOME', '.local/share')}/keywire/plaintext.json`;
}

/** The configuration of Python's keyring. */
export function pythonConfigPath(host: Place): string {
  return `${baseFolder(host, 'XDG_CONFIG_HOME', '.config')}/python_keyring/keyringrc.cfg`;
}

/**
 * @throws {@link KeyringError} with code `invalid-config` where no home folder is known
 */
function baseFolder({ env, home }: Place, variable: string, belowHome: string): string {
  const folder = env[variable];
  // A relative path would be another folder for each working directory.
  if (folder?.startsWith('/') === true) return folder;
  if (home?.startsWith('/') === true) return `${home}/${belowHome}`;
  throw keyringError('invalid-config', variable, {
    detail: 'expected it or HOME to name a folder, got neither',
    advice: `set HOME or ${variable}, or name the file yourself`,
  });
}

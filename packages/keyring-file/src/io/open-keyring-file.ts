/** The keyring file on a real disk: binds {@link KeyringFile} to `node:` and the lock's package. */
import { checkOptionNames } from '@keywire/file-lock';
import { KeyringFile } from '../file/keyring-file.ts';
import type { CreateKeyringFileOptions, OpenKeyringFileOptions } from '../file/opening.ts';
import { nodeIo } from './node-io.ts';

/**
 * Of all three: programs have one set of options, for the file that is there and for a new one. A
 * context or a revision that is misspelt would be as if nobody had asked for it.
 */
// @rule file/option-names keywire#bad-input
const OPTION_NAMES: Readonly<Record<keyof CreateKeyringFileOptions, true>> = {
  password: true,
  asksAgain: true,
  format: true,
  context: true,
  minimumRevision: true,
  lockTimeoutMs: true,
  signal: true,
  label: true,
  cost: true,
  iterations: true,
};

/**
 * Opens a keyring file of any form.
 *
 * @throws {@link KeyringFileError} with code `file-not-found`, `wrong-password`,
 * `no-password-source`, `not-a-keyring-file`, `read-failed`, or a code of the form's parser; TypeError
 * for an option that there is not
 */
export async function openKeyringFile(
  path: string,
  options: OpenKeyringFileOptions = {},
): Promise<KeyringFile> {
  checkOptionNames('options', options, OPTION_NAMES);
  return await KeyringFile.open(nodeIo, path, options);
}

/**
 * Opens a keyring file, or makes it when there is none. Of several processes that do this at once
 * one makes it and the others open it. `format`, `label`, `cost` and `iterations` are for a new file;
 * one that is there must have the `format` given, if any.
 *
 * @throws {@link KeyringFileError} with the codes of {@link openKeyringFile} and
 * {@link createKeyringFile}
 */
export async function openOrCreateKeyringFile(
  path: string,
  options: CreateKeyringFileOptions,
): Promise<KeyringFile> {
  checkOptionNames('options', options, OPTION_NAMES);
  return await KeyringFile.openOrCreate(nodeIo, path, options);
}

/**
 * Makes a new, empty keyring file with mode 0600, and its folder with 0700 if there is none.
 *
 * @throws {@link KeyringFileError} with code `file-exists`, `no-password-source`, `too-weak`,
 * `too-expensive`, `lock-failed` or `write-failed`
 */
export async function createKeyringFile(
  path: string,
  options: CreateKeyringFileOptions,
): Promise<KeyringFile> {
  checkOptionNames('options', options, OPTION_NAMES);
  return await KeyringFile.create(nodeIo, path, options);
}

/** The folder of a file of secrets: refused where others could put a file of theirs in its place. */
import path from 'node:path';
import { assertOwnFolder, isFolderError } from '@keywire/file-lock';
import { KeyringError } from '../errors.ts';

/**
 * Passes when the folder of `file` is this user's alone, or missing.
 *
 * @throws {@link KeyringError} with code `unsafe-folder` or `read-failed`
 */
// @rule keyring/unsafe-folder-refused keywire#what-to-know
export async function requireOwnFolder(file: string): Promise<void> {
  try {
    await assertOwnFolder(path.dirname(file));
  } catch (error) {
    if (!isFolderError(error)) throw error;
    const { message, advice } = error;
    const code = error.code === 'unsafe-folder' ? error.code : 'read-failed';
    throw new KeyringError(code, message, { cause: error, advice });
  }
}

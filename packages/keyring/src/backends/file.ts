// An encrypted keyring file as a backend. Loaded only where it is used.

import { isKeyringFileError, openOrCreateKeyringFile } from '@keywire/keyring-file';
import { untilAborted } from '../abort.ts';
import { fromStoreError } from '../errors.ts';
import { requireOwnFolder } from '../io/own-folder.ts';
import { SchemeBackend, type SchemeBackendOptions } from '../scheme-backend.ts';
import { KeyringFileStore } from '../stores/keyring-file-store.ts';
import type { Backend } from '../types/backend.ts';
import type { FileOptions } from '../types/options.ts';

export interface FileBackendOptions extends Omit<SchemeBackendOptions, 'store' | 'name'> {
  readonly file: FileOptions & {
    readonly path: string;
    readonly password: NonNullable<FileOptions['password']>;
  };
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the file, or makes it. Its password is used once, or asked for if it is a function.
 *
 * @throws {@link KeyringError} with the codes of keyring files: `wrong-password`,
 * `not-a-keyring-file`, `no-password-source` for an empty one and others; `unsafe-folder`
 */
export async function openFileBackend(options: FileBackendOptions): Promise<Backend> {
  const { file: fileOptions, signal } = options;
  const { path, password, format, context } = fileOptions;
  await requireOwnFolder(path);
  const opening = openOrCreateKeyringFile(path, {
    password,
    ...(format === undefined ? {} : { format }),
    ...(context === undefined ? {} : { context }),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    // A question for the password may stay unanswered for ever.
    const file = await untilAborted(opening, signal, 'backend file');
    return new SchemeBackend({ ...options, name: 'file', store: new KeyringFileStore(file) });
  } catch (error) {
    // What comes of it after an abort is nobody's: its key is wiped.
    opening.then((file) => file.close()).catch(() => {});
    throw isKeyringFileError(error) ? fromStoreError(error) : error;
  }
}

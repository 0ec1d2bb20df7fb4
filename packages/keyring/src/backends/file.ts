// An encrypted keyring file as a backend. Loaded only where it is used.

import {
  isKeyringFileError,
  openKeyringFile,
  openOrCreateKeyringFile,
} from '@keywire/keyring-file';
import { fromStoreError } from '../errors.ts';
import { KeyringFileStore } from '../stores/keyring-file-store.ts';
import type { Backend } from '../types/backend.ts';
import type { KeyringHost } from '../types/host.ts';
import type { FileOptions } from '../types/options.ts';
import { SchemeBackend, type SchemeBackendOptions } from './scheme-backend.ts';

export interface FileBackendOptions extends Omit<SchemeBackendOptions, 'store' | 'name'> {
  readonly file: FileOptions & {
    readonly path: string;
    readonly password: NonNullable<FileOptions['password']>;
  };
  readonly host: Pick<KeyringHost, 'requireOwnFolder'>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the file if there is one: its password is used once, or asked for if it is a function. Reads
 * make no file; the first that is stored does.
 *
 * @throws {@link KeyringError} with the codes of keyring files: `wrong-password`,
 * `not-a-keyring-file`, `no-password-source` for an empty one and others; `unsafe-folder`
 */
export async function openFileBackend(options: FileBackendOptions): Promise<Backend> {
  const { file: fileOptions, host, signal } = options;
  const { path, password, format, context } = fileOptions;
  const how = {
    password,
    ...(format === undefined ? {} : { format }),
    ...(context === undefined ? {} : { context }),
  };
  const store = new KeyringFileStore(path, {
    open: async () => {
      await host.requireOwnFolder(path);
      return openKeyringFile(path, how);
    },
    openOrCreate: async (signalOfCall) => {
      await host.requireOwnFolder(path);
      return openOrCreateKeyringFile(path, {
        ...how,
        ...(signalOfCall === undefined ? {} : { signal: signalOfCall }),
      });
    },
  });
  try {
    await store.openIfThere(signal);
    return new SchemeBackend({ ...options, name: 'file', store });
  } catch (error) {
    // What comes of it after an abort is nobody's: its key is wiped.
    await store.close();
    throw isKeyringFileError(error) ? fromStoreError(error) : error;
  }
}

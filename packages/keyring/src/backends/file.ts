// An encrypted keyring file as a backend. Loaded only where it is used.

import {
  isKeyringFileError,
  type KeyringFile,
  KeyringFileError,
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
 * `not-a-keyring-file`, also for a form without a password, `no-password-source` for an empty one and
 * others; `unsafe-folder`
 */
export async function openFileBackend(options: FileBackendOptions): Promise<Backend> {
  const { file: fileOptions, host, signal } = options;
  const { path, format, context } = fileOptions;
  const password = ownPassword(fileOptions.password);
  const how = {
    password,
    ...(format === undefined ? {} : { format }),
    ...(context === undefined ? {} : { context }),
  };
  const store = new KeyringFileStore(path, {
    open: async () => {
      await host.requireOwnFolder(path);
      return encrypted(await openKeyringFile(path, how));
    },
    openOrCreate: async (signalOfCall) => {
      await host.requireOwnFolder(path);
      const signalIfAny = signalOfCall === undefined ? {} : { signal: signalOfCall };
      return encrypted(await openOrCreateKeyringFile(path, { ...how, ...signalIfAny }));
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

/**
 * Bytes that the caller may wipe are copied: the file may be made much later, and would then be sealed
 * with zeros.
 */
// @rule keyring/password-copied keywire#where-there-is-no-keyring
function ownPassword<Password>(password: Password): Password | Uint8Array {
  return password instanceof Uint8Array ? new Uint8Array(password) : password;
}

/**
 * Refuses the forms that anybody can write and read: what comes out of them has no password's word
 * for it, and whoever gave one was promised that.
 */
// @rule keyring/file-is-encrypted keywire#where-there-is-no-keyring
function encrypted(file: KeyringFile): KeyringFile {
  if (file.format !== 'text' && file.format !== 'json') return file;
  file.close();
  throw new KeyringFileError(
    'not-a-keyring-file',
    `keyring file: expected one that its password protects, got ${file.format}; take its items over with "keywire import"`,
  );
}

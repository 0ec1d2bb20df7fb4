// A file that is not encrypted as a backend. Loaded only where it is used, and used only where the
// program asked for exactly that.

import { PlaintextStore } from '../stores/plaintext-store.ts';
import type { Backend } from '../types/backend.ts';
import type { SharedFile } from '../types/shared-file.ts';
import { SchemeBackend, type SchemeBackendOptions } from './scheme-backend.ts';

export interface PlaintextBackendOptions extends Omit<SchemeBackendOptions, 'store' | 'name'> {
  readonly file: SharedFile;
}

/**
 * Opens it; a file that is there must be one of its form.
 *
 * @throws {@link KeyringError} with code `malformed`, `read-failed` and others
 */
export async function openPlaintextBackend(options: PlaintextBackendOptions): Promise<Backend> {
  const store = new PlaintextStore(options.file);
  const backend = new SchemeBackend({ ...options, name: 'plaintext', store });
  await backend.status();
  return backend;
}

// For programs that are told to do without a keyring.

import type { Backend, BackendStatus } from '../types/backend.ts';

/** Makes a backend that keeps nothing and finds nothing. */
export function nullBackend(): Backend {
  return {
    name: 'null',
    get: async () => undefined,
    set: async () => {},
    delete: async () => 0,
    search: async () => [],
    status: async (): Promise<BackendStatus> => ({
      state: 'ready',
      isPersistent: false,
      isEncrypted: false,
      description: 'keeps nothing: what is stored is dropped',
    }),
  };
}

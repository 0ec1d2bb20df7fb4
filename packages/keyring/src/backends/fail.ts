// What stands for a keyring where there must be none.

import { keyringError } from '../errors.ts';
import type { Backend, BackendStatus } from '../types/backend.ts';

/** Makes a backend that refuses everything, with the code `unavailable`. */
export function failBackend(): Backend {
  const refuse = async (): Promise<never> => {
    throw keyringError('unavailable', 'backend fail', {
      detail: 'the backend "fail" was chosen, which refuses everything',
      advice: 'choose another backend',
    });
  };
  return {
    name: 'fail',
    get: refuse,
    set: refuse,
    delete: refuse,
    search: refuse,
    status: async (): Promise<BackendStatus> => ({
      state: 'unavailable',
      isPersistent: false,
      isEncrypted: false,
      description: 'refuses everything',
    }),
  };
}

// The user's keyring daemon as a backend. Loaded only where it is used.

import {
  isSecretServiceError,
  leaseService,
  type ServiceLease,
  type ServiceOptions,
} from '@keywire/secret-service';
import { asKeyringErrors, fromStoreError } from '../errors.ts';
import { SecretServiceStore } from '../stores/secret-service-store.ts';
import type { Backend } from '../types/backend.ts';
import { SchemeBackend, type SchemeBackendOptions } from './scheme-backend.ts';

export interface SecretServiceBackendOptions extends Omit<SchemeBackendOptions, 'store' | 'name'> {
  readonly connect: ServiceOptions;
  /** Where the environment says the session bus is. */
  readonly busAddress: string | undefined;
  readonly interactive: boolean;
  readonly collection?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects; nobody is asked anything.
 *
 * @throws {@link KeyringError} with code `unavailable` and others that say why not
 */
export async function openSecretServiceBackend(
  options: SecretServiceBackendOptions,
): Promise<Backend> {
  const { interactive, collection } = options;
  const lease = leaseOf(options);
  const store = new SecretServiceStore({ lease, interactive, collection });
  const name = 'secret-service';
  try {
    await asKeyringErrors(name, () => store.ready(options.signal));
    return new SchemeBackend({ ...options, name, store });
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Its options are the caller's, and are refused in this package's words. */
function leaseOf({ connect, busAddress }: SecretServiceBackendOptions): ServiceLease {
  try {
    return leaseService(connect, busAddress);
  } catch (error) {
    throw isSecretServiceError(error) ? fromStoreError(error) : error;
  }
}

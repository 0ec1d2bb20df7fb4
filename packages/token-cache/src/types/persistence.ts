/** What a place for one text must offer. Users implement it for places of their own. */

import type { CallOptions } from '../abort.ts';

/** How what is kept is kept. */
export type PersistenceKind = 'file' | 'encrypted-file' | 'secret-service' | 'backend';

/** A place for one text. The errors are `PersistenceError`s. */
export interface Persistence {
  readonly kind: PersistenceKind;
  /** Whether what is kept is encrypted at rest. */
  readonly isEncrypted: boolean;
  /** The file, or for a keyring its signal file; locks lie beside it. */
  readonly location: string;
  /** Replaces what is kept; resolves once it is durable. */
  save(content: string, options?: CallOptions): Promise<void>;
  /** Rejects with `PersistenceNotFound` when nothing is kept. */
  load(options?: CallOptions): Promise<string>;
  /** Removes what is kept; false when there was nothing. */
  delete(options?: CallOptions): Promise<boolean>;
  /** Milliseconds since 1970; rejects with `PersistenceNotFound` when nothing was ever kept. */
  timeLastModified(): Promise<number>;
  /**
   * A text that differs after each change. `undefined` when only loading can tell: nothing is kept,
   * or the last change is so young that the next one could look the same.
   */
  version(): Promise<string | undefined>;
  /** Saves, loads and deletes something of this process's own, beside what is kept. */
  trialRun(options?: CallOptions): Promise<void>;
}

/** What a call of a store of secrets is told. */
export interface SecretBackendOptions extends CallOptions {
  /** Whether the user may be asked. Default: as the store was made. */
  readonly interactive?: boolean | undefined;
}

/**
 * The part of a store of secrets that a persistence needs: what `@keywire/keyring` calls a backend,
 * and what an application brings on other platforms.
 */
export interface SecretBackend {
  /** A copy of the secret, which the caller wipes, or `undefined` when it is absent. */
  get(key: SecretBackendKey, options?: SecretBackendOptions): Promise<Uint8Array | undefined>;
  set(key: SecretBackendKey, secret: Uint8Array, options?: SecretBackendOptions): Promise<void>;
  /** How many were deleted. */
  delete(key: SecretBackendKey, options?: SecretBackendOptions): Promise<number>;
}

/** What a secret is filed under. */
export interface SecretBackendKey {
  readonly service: string;
  readonly username: string;
}

/**
 * `@keywire/keyring/napi`: the classes and functions of @napi-rs/keyring over the user's keyring, with
 * the same attributes: what one has stored, the other reads. The kernel's keyring is never used.
 * The synchronous half waits for a worker; see io/sync-backend.ts.
 */
import { DROP_IN_OPTIONS, DropIn, type DropInOptions } from './drop-ins/drop-in.ts';
import { openTargetBackend } from './drop-ins/drop-in-backends.ts';
import {
  type Credential,
  checkBytes,
  checkSignal,
  checkText,
  credentialsOf,
  type EntryOptions,
  entryKey,
  toNumbers,
} from './drop-ins/napi-entry.ts';
import { checkNames } from './entries/caller-options.ts';
import { bytesToPassword, passwordToBytes } from './entries/secret-bytes.ts';
import { keyringError } from './errors.ts';
import { currentPlace } from './io/place.ts';
import { SyncBackend, type SyncCallOptions } from './io/sync-backend.ts';
import type { EntryKey } from './types/backend.ts';

export {
  type Credential,
  type EntryOptions,
  type LinuxEntryOptions,
  type LinuxStore,
  NapiArgumentError,
} from './drop-ins/napi-entry.ts';

/** A lock is an error here, as in the original. */
export interface NapiOptions extends Omit<DropInOptions, 'locked'> {
  /** How long a synchronous call waits, dialogs included. Default: 120,000. */
  readonly syncTimeoutMs?: number | undefined;
}

const dropIn = new DropIn({ openAt: openTargetBackend, currentPlace });
// Whoever uses no synchronous form bundles neither this nor the worker.
const syncBackend = /* @__PURE__ */ new SyncBackend();
let syncTimeoutMs: number | undefined;

/**
 * Sets what `@napi-rs/keyring` has no options for; replaces what was set before.
 *
 * @throws {@link KeyringError} with code `invalid-argument` for a time that is none, or another name
 */
export function configure(options: NapiOptions): void {
  const { locked: _locked, ...names } = DROP_IN_OPTIONS;
  checkNames('options', options, { ...names, syncTimeoutMs: true });
  const { syncTimeoutMs: timeoutMs, ...rest } = options;
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    throw keyringError('invalid-argument', 'syncTimeoutMs', {
      detail: 'expected a positive number of milliseconds',
    });
  }
  dropIn.configure(rest);
  syncTimeoutMs = timeoutMs;
}

/**
 * An entry of the keyring; every method asks it anew, and rejects with {@link KeyringError} of code
 * `locked`, `dismissed`, `denied`, `unavailable`, `ambiguous`, `aborted` and others. Arguments that are
 * refused are thrown at once, as {@link NapiArgumentError}.
 */
export class AsyncEntry {
  #key: EntryKey;

  /**
   * @throws {@link NapiArgumentError} with code `StringExpected` or `InvalidArg`; {@link KeyringError}
   * with code `not-supported` for the kernel's keyring
   */
  constructor(service: string, username: string, options?: EntryOptions | null) {
    this.#key = entryKey(service, username, options);
  }

  /** @throws as the constructor does; {@link KeyringError} `invalid-argument` for an empty target */
  static withTarget(
    target: string,
    service: string,
    username: string,
    options?: EntryOptions | null,
  ): AsyncEntry {
    const entry = new AsyncEntry(service, username, options);
    entry.#key = entryKey(service, username, options, checkText('target', target));
    return entry;
  }

  /** @throws {@link KeyringError} also with code `invalid-argument` for lone surrogates, `too-large` */
  setPassword(password: string, signal?: AbortSignal | null): Promise<void> {
    checkText('password', password);
    return this.#set(() => passwordToBytes(password), signal);
  }

  /**
   * The bytes are copied: they stay the caller's.
   *
   * @throws {@link KeyringError} also with code `too-large`
   */
  setSecret(secret: Uint8Array, signal?: AbortSignal | null): Promise<void> {
    // Not slice(): that of Node's Buffer shares the memory, which is wiped.
    const copy = new Uint8Array(checkBytes(secret));
    return this.#set(() => copy, signal).finally(() => copy.fill(0));
  }

  /** @throws {@link KeyringError} also with code `not-text` */
  getPassword(signal?: AbortSignal | null): Promise<string | null> {
    return this.#get(signal).then(passwordOf);
  }

  getSecret(signal?: AbortSignal | null): Promise<number[] | null> {
    return this.#get(signal).then(toNumbers);
  }

  /** Whether there was one to delete. */
  deleteCredential(signal?: AbortSignal | null): Promise<boolean> {
    return dropIn.use(
      async (backend, how) => (await backend.delete(this.#key, how)) > 0,
      checkSignal(signal),
    );
  }

  deletePassword(signal?: AbortSignal | null): Promise<boolean> {
    return this.deleteCredential(signal);
  }

  #get(signal: AbortSignal | null | undefined): Promise<Uint8Array | undefined> {
    return dropIn.use((backend, how) => backend.get(this.#key, how), checkSignal(signal));
  }

  #set(secretOf: () => Uint8Array, signal: AbortSignal | null | undefined): Promise<void> {
    return dropIn.use(async (backend, how) => {
      const secret = secretOf();
      try {
        await backend.set(this.#key, secret, how);
      } finally {
        secret.fill(0);
      }
    }, checkSignal(signal));
  }
}

/**
 * The same, and every method returns when it is done; the thread waits meanwhile. What {@link AsyncEntry}
 * rejects with is thrown; besides, {@link KeyringError} with code `deadline` after `syncTimeoutMs`,
 * `backend-failed` when the worker ends, `not-supported` where the runtime allows no worker or a `backend`
 * of the program's own is set.
 */
export class Entry {
  #key: EntryKey;

  /** @throws as that of {@link AsyncEntry} does */
  constructor(service: string, username: string, options?: EntryOptions | null) {
    this.#key = entryKey(service, username, options);
  }

  /** @throws as that of {@link AsyncEntry} does */
  static withTarget(
    target: string,
    service: string,
    username: string,
    options?: EntryOptions | null,
  ): Entry {
    const entry = new Entry(service, username, options);
    entry.#key = entryKey(service, username, options, checkText('target', target));
    return entry;
  }

  /** @throws {@link KeyringError} also with code `invalid-argument` for lone surrogates, `too-large` */
  setPassword(password: string): void {
    this.#set(passwordToBytes(checkText('password', password)));
  }

  /**
   * The bytes are copied: they stay the caller's.
   *
   * @throws {@link KeyringError} also with code `too-large`
   */
  setSecret(secret: Uint8Array): void {
    this.#set(new Uint8Array(checkBytes(secret)));
  }

  /** @throws {@link KeyringError} also with code `not-text` */
  getPassword(): string | null {
    return passwordOf(syncBackend.get(this.#key, syncOptions()));
  }

  getSecret(): number[] | null {
    return toNumbers(syncBackend.get(this.#key, syncOptions()));
  }

  /** Whether there was one to delete. */
  deleteCredential(): boolean {
    return syncBackend.delete(this.#key, syncOptions()) > 0;
  }

  deletePassword(): boolean {
    return this.deleteCredential();
  }

  #set(secret: Uint8Array): void {
    try {
      syncBackend.set(this.#key, secret, syncOptions());
    } finally {
      secret.fill(0);
    }
  }
}

/**
 * Reads all accounts and passwords of the service; the thread waits meanwhile. What is no text is shown as
 * far as it is.
 *
 * @throws as the methods of {@link Entry} do
 */
export function findCredentials(service: string, target?: string | null): Credential[] {
  checkFind(service, target);
  return credentialsOf(syncBackend.search({ service }, syncOptions()));
}

/**
 * Reads all accounts and passwords of the service. What is no text is shown as far as it is.
 *
 * @throws as the methods of {@link AsyncEntry} do
 */
export function findCredentialsAsync(
  service: string,
  target?: string | null,
  signal?: AbortSignal | null,
): Promise<Credential[]> {
  checkFind(service, target);
  return dropIn.use(
    async (backend, how) => credentialsOf(await backend.search({ service }, how)),
    checkSignal(signal),
  );
}

/** The target is taken and, as in the original, leaves nothing out. */
function checkFind(service: unknown, target: unknown): void {
  checkText('service', service);
  if (target !== undefined && target !== null) checkText('target', target);
}

/** @throws {@link KeyringError} with code `not-supported` where a store of the program's is set */
function syncOptions(): SyncCallOptions {
  if (dropIn.options.backend === undefined)
    return { place: dropIn.place, timeoutMs: syncTimeoutMs };
  throw keyringError('not-supported', 'synchronous form', {
    detail: 'a backend of this thread cannot answer while the thread waits',
    advice: 'use AsyncEntry and findCredentialsAsync',
  });
}

function passwordOf(secret: Uint8Array | undefined): string | null {
  if (secret === undefined) return null;
  try {
    return bytesToPassword(secret);
  } finally {
    secret.fill(0);
  }
}

const napi: {
  readonly Entry: typeof Entry;
  readonly AsyncEntry: typeof AsyncEntry;
  readonly findCredentials: typeof findCredentials;
  readonly findCredentialsAsync: typeof findCredentialsAsync;
  readonly configure: typeof configure;
} = { Entry, AsyncEntry, findCredentials, findCredentialsAsync, configure };

// biome-ignore lint/style/noDefaultExport: a CommonJS package is imported by default as well.
export default napi;

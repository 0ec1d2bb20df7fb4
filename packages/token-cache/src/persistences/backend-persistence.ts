/** One text in a store that the application brings, for platforms that have none here. */

import { checkOptionNames } from '@keywire/file-lock';
import { abortedAt, type CallOptions, throwIfAborted, untilAborted } from '../abort.ts';
import { isPersistenceError, PersistenceNotFound } from '../errors.ts';
import { readFileChange, resolveLocation, touchingOwnFile, touchOwnFile } from '../io/files.ts';
import { newNonce } from '../io/nonce.ts';
import { sha256Hex } from '../io/sha256.ts';
import type {
  Persistence,
  SecretBackend,
  SecretBackendKey,
  SecretBackendOptions,
} from '../types/persistence.ts';
import { timeOf } from './file-persistence.ts';
import { decodeText, encodeText } from './text.ts';
import { type Operation, translateError } from './translate-error.ts';
import { runTrial, type TrialPlace } from './trial.ts';

/** What a {@link BackendPersistence} is made of. */
export interface BackendPersistenceOptions {
  /** The signal file, whose time tells of changes. */
  readonly location: string;
  readonly backend: SecretBackend;
  /** Default: `msal-extensions`. */
  readonly service?: string | undefined;
  /** Default: the SHA-256 of the location as it was given. */
  readonly username?: string | undefined;
  /** Whether the store encrypts. Default: true. */
  readonly isEncrypted?: boolean | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof BackendPersistenceOptions, true>> = {
  location: true,
  backend: true,
  service: true,
  username: true,
  isEncrypted: true,
};

/** Keeps one text in an application's own store. */
export class BackendPersistence implements Persistence {
  readonly kind = 'backend';
  readonly isEncrypted: boolean;
  readonly location: string;
  readonly #backend: SecretBackend;
  readonly #key: SecretBackendKey;

  /** @throws `TypeError` for an option that there is not */
  constructor(options: BackendPersistenceOptions) {
    checkOptionNames('options', options, OPTION_NAMES);
    this.location = resolveLocation(options.location);
    this.isEncrypted = options.isEncrypted ?? true;
    this.#backend = checkedBackend(options.backend);
    this.#key = {
      service: options.service ?? 'msal-extensions',
      username: options.username ?? sha256Hex(options.location),
    };
  }

  async save(content: string, options: CallOptions = {}): Promise<void> {
    await this.#during('save', options, async () => {
      await touchOwnFile(this.location);
      await this.#set(this.#key, content, options);
      await touchOwnFile(this.location);
    });
  }

  async load(options: CallOptions = {}): Promise<string> {
    return this.#during('load', options, () => this.#get(this.#key, options));
  }

  async delete(options: CallOptions = {}): Promise<boolean> {
    try {
      return await this.#during('delete', options, () =>
        touchingOwnFile(this.location, () => this.#remove(this.#key, options)),
      );
    } catch (error) {
      if (isPersistenceError(error, 'not-found')) return false;
      throw error;
    }
  }

  async timeLastModified(): Promise<number> {
    return timeOf(this.location);
  }

  async version(): Promise<string | undefined> {
    return (await readFileChange(this.location))?.version;
  }

  async trialRun(options: CallOptions = {}): Promise<void> {
    const key = { service: 'keywire trial run', username: newNonce() };
    const place: TrialPlace = {
      save: (content, how) => this.#set(key, content, how),
      load: (how) => this.#get(key, how),
      delete: (how) => this.#remove(key, how),
    };
    await this.#during('save', options, () => runTrial(this.location, place, options));
  }

  async #set(key: SecretBackendKey, content: string, options: CallOptions): Promise<void> {
    const store = async (): Promise<void> => {
      const secret = encodeText(content);
      try {
        await this.#backend.set(key, secret, options);
      } finally {
        // Not before the store has done with it, also where the caller has given up by then.
        secret.fill(0);
      }
    };
    await this.#waiting(store(), options);
  }

  async #get(key: SecretBackendKey, options: CallOptions): Promise<string> {
    const secret = secretOf(await this.#waiting(this.#backend.get(key, options), options));
    if (secret === undefined) throw new PersistenceNotFound(this.location);
    try {
      return decodeText(secret, this.location);
    } finally {
      secret.fill(0);
    }
  }

  async #remove(key: SecretBackendKey, options: SecretBackendOptions): Promise<boolean> {
    return (await this.#waiting(this.#backend.delete(key, options), options)) > 0;
  }

  /** A store of the application's own may know of no signals. */
  #waiting<Result>(call: Promise<Result>, { signal }: CallOptions): Promise<Result> {
    return untilAborted(call, signal, abortedAt(this.location));
  }

  async #during<Result>(
    operation: Operation,
    { signal }: CallOptions,
    work: () => Promise<Result>,
  ): Promise<Result> {
    throwIfAborted(this.location, signal);
    try {
      return await work();
    } catch (error) {
      const translated = translateError(error, operation, this.location);
      // Some stores report an absent secret as an error.
      if (!isPersistenceError(translated, 'not-found')) throw translated;
      throw new PersistenceNotFound(this.location, { cause: error });
    }
  }
}

function checkedBackend(backend: SecretBackend): SecretBackend {
  const isWhole = [backend?.get, backend?.set, backend?.delete].every(
    (method) => typeof method === 'function',
  );
  if (isWhole) return backend;
  throw new TypeError('backend: expected an object with get, set and delete');
}

/** Many stores give `null` for what is absent. */
function secretOf(given: unknown): Uint8Array | undefined {
  if (given === undefined || given === null) return undefined;
  if (given instanceof Uint8Array) return given;
  throw new TypeError(`backend: expected get to give a Uint8Array, got ${typeof given}`);
}

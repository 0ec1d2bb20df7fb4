/** One text in a store that the application brings, for platforms that have none here. */
import { isPersistenceError, PersistenceNotFound } from './errors.ts';
import { timeOf } from './file-persistence.ts';
import { readFileChange, resolveLocation, touchOwnFile } from './io/files.ts';
import { newNonce, sha256Hex } from './io/random.ts';
import { decodeText, encodeText } from './text.ts';
import { type Operation, translateError } from './translate-error.ts';
import { runTrial } from './trial.ts';
import type { Persistence, SecretBackend, SecretBackendKey } from './types/persistence.ts';

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

/** Keeps one text in an application's own store. */
export class BackendPersistence implements Persistence {
  readonly kind = 'backend';
  readonly isEncrypted: boolean;
  readonly location: string;
  readonly #backend: SecretBackend;
  readonly #key: SecretBackendKey;

  constructor(options: BackendPersistenceOptions) {
    this.location = resolveLocation(options.location);
    this.isEncrypted = options.isEncrypted ?? true;
    this.#backend = options.backend;
    this.#key = {
      service: options.service ?? 'msal-extensions',
      username: options.username ?? sha256Hex(options.location),
    };
  }

  async save(content: string): Promise<void> {
    await this.#during('save', async () => {
      await touchOwnFile(this.location);
      await this.#set(this.#key, content);
      await touchOwnFile(this.location);
    });
  }

  async load(): Promise<string> {
    return this.#during('load', () => this.#get(this.#key));
  }

  async delete(): Promise<boolean> {
    try {
      return await this.#during('delete', () => this.#remove(this.#key));
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

  async trialRun(): Promise<void> {
    const key = { service: 'keywire trial run', username: newNonce() };
    await this.#during('save', () =>
      runTrial(this.location, {
        save: (content) => this.#set(key, content),
        load: () => this.#get(key),
        delete: () => this.#remove(key),
      }),
    );
  }

  async #set(key: SecretBackendKey, content: string): Promise<void> {
    const secret = encodeText(content);
    try {
      await this.#backend.set(key, secret);
    } finally {
      secret.fill(0);
    }
  }

  async #get(key: SecretBackendKey): Promise<string> {
    const secret = await this.#backend.get(key);
    if (secret === undefined) throw new PersistenceNotFound(this.location);
    try {
      return decodeText(secret, this.location);
    } finally {
      secret.fill(0);
    }
  }

  async #remove(key: SecretBackendKey): Promise<boolean> {
    return (await this.#backend.delete(key)) > 0;
  }

  async #during<Result>(operation: Operation, work: () => Promise<Result>): Promise<Result> {
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

/**
 * The persistences of msal-node-extensions over those of this package. Items in the keyring have the
 * names that the original gives them, so that what it stored is found.
 */
import { type ConnectOptions, GENERIC_SCHEMA } from '@keywire/secret-service';
import { isPersistenceError } from '../errors.ts';
import { readOwnFile, writeOwnFile } from '../io/files.ts';
import { newNonce } from '../io/nonce.ts';
import { FilePersistence as PlainFile } from '../persistences/file-persistence.ts';
import { SecretServicePersistence } from '../persistences/secret-service-persistence.ts';
import type { ILogger, IPersistence, LoggerOptions } from '../types/msal.ts';
import type { Persistence, PersistenceKind } from '../types/persistence.ts';
import { asMsalError, PersistenceError } from './errors.ts';
import { createLogger } from './logger.ts';

/** Any persistence of this package, in the shape that MSAL's plugin takes. */
export class MsalPersistence implements IPersistence {
  readonly persistence: Persistence;
  readonly #logger: ILogger;

  constructor(persistence: Persistence, loggerOptions?: LoggerOptions) {
    this.persistence = persistence;
    this.#logger = createLogger(loggerOptions);
  }

  async save(contents: string): Promise<void> {
    await translated(this.persistence.kind, this.persistence.save(contents));
  }

  /** `null` when nothing was saved yet. */
  async load(): Promise<string | null> {
    try {
      return await this.persistence.load();
    } catch (error) {
      if (isPersistenceError(error, 'not-found')) return null;
      throw asMsalError(error, this.persistence.kind);
    }
  }

  async delete(): Promise<boolean> {
    return translated(this.persistence.kind, this.persistence.delete());
  }

  async reloadNecessary(lastSync: number): Promise<boolean> {
    try {
      return lastSync < (await this.persistence.timeLastModified());
    } catch (error) {
      if (isPersistenceError(error, 'not-found')) return true;
      throw asMsalError(error, this.persistence.kind);
    }
  }

  getFilePath(): string {
    return this.persistence.location;
  }

  getLogger(): ILogger {
    return this.#logger;
  }

  /** Saves, loads and deletes something of this process's own. */
  async verifyPersistence(): Promise<boolean> {
    await translated(this.persistence.kind, this.persistence.trialRun());
    return true;
  }

  async createForPersistenceValidation(): Promise<IPersistence> {
    return FilePersistence.create(`${this.persistence.location}.${newNonce()}.trial`);
  }
}

/** One text in a plain file. */
export class FilePersistence extends MsalPersistence {
  /** Makes the file if there is none. */
  static async create(path: string, loggerOptions?: LoggerOptions): Promise<FilePersistence> {
    const file = new PlainFile(path);
    await translated(file.kind, file.touch());
    return new FilePersistence(file, loggerOptions);
  }

  async saveBuffer(contents: Uint8Array): Promise<void> {
    await translated(this.persistence.kind, writeOwnFile(this.persistence.location, contents));
  }

  async loadBuffer(): Promise<Uint8Array> {
    const bytes = await translated(this.persistence.kind, readOwnFile(this.persistence.location));
    if (bytes !== undefined) return bytes;
    throw new PersistenceError('ENOENT', `expected a file, got none: ${this.persistence.location}`);
  }
}

/** One text in the keyring, in the item that the original has. */
export class LibSecretPersistence extends MsalPersistence {
  #connect: ConnectOptions | undefined;

  static async create(
    path: string,
    serviceName: string,
    accountName: string,
    loggerOptions?: LoggerOptions,
    connect?: ConnectOptions,
  ): Promise<LibSecretPersistence> {
    const persistence = new SecretServicePersistence({
      location: path,
      schemaName: GENERIC_SCHEMA,
      attributes: { service: serviceName, account: accountName },
      label: `${serviceName}/${accountName}`,
      connect,
    });
    const made = new LibSecretPersistence(persistence, loggerOptions);
    made.#connect = connect;
    return made;
  }

  override async createForPersistenceValidation(): Promise<IPersistence> {
    const nonce = newNonce();
    const path = `${this.persistence.location}.${nonce}.trial`;
    // On the same keyring: another one proves nothing.
    const connect = this.#connect;
    return LibSecretPersistence.create(path, 'keywire trial run', nonce, undefined, connect);
  }
}

/** Windows' data protection: not to be had without native code. */
export class FilePersistenceWithDataProtection extends MsalPersistence {
  static async create(..._args: readonly unknown[]): Promise<FilePersistenceWithDataProtection> {
    throw notSupported('FilePersistenceWithDataProtection');
  }
}

/** macOS's keychain: not to be had without native code. */
export class KeychainPersistence extends MsalPersistence {
  static async create(..._args: readonly unknown[]): Promise<KeychainPersistence> {
    throw notSupported('KeychainPersistence');
  }
}

/** MSAL's names for whose data Windows protects; nothing here depends on them. */
export const DataProtectionScope = {
  CurrentUser: 'CurrentUser',
  LocalMachine: 'LocalMachine',
} as const;
export type DataProtectionScope = (typeof DataProtectionScope)[keyof typeof DataProtectionScope];

async function translated<Result>(kind: PersistenceKind, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw asMsalError(error, kind);
  }
}

function notSupported(name: string): PersistenceError {
  return new PersistenceError(
    'NotSupportedError',
    `expected a platform's own native store for ${name}, got Keywire, which has no native code; use ` +
      'new MsalPersistence(new EncryptedFilePersistence(…)), or a BackendPersistence',
  );
}

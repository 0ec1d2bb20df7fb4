/**
 * One text in the user's keyring on Linux, found by Python's msal-extensions as well: its defaults
 * are the same. A signal file beside it says when it has changed; its content is never touched.
 */

import { checkOptionNames } from '@keywire/file-lock';
import { type CallOptions, throwIfAborted } from '../abort.ts';
import { PersistenceError, PersistenceNotFound } from '../errors.ts';
import {
  readFileChange,
  removeOwnFile,
  resolveLocation,
  touchingOwnFile,
  touchOwnFile,
} from '../io/files.ts';
import { newNonce } from '../io/nonce.ts';
import { currentPlatform } from '../io/platform.ts';
import { sha256Hex } from '../io/sha256.ts';
import type { Persistence } from '../types/persistence.ts';
import { timeOf } from './file-persistence.ts';
import { AGENT_NAMES, SecretAgent, type SecretAgentOptions } from './secret-agent.ts';
import { type Operation, translateError } from './translate-error.ts';
import { runTrial, type TrialPlace } from './trial.ts';

/** What a {@link SecretServicePersistence} is made of. */
export interface SecretServicePersistenceOptions extends Omit<SecretAgentOptions, 'schemaName'> {
  /** Default: the SHA-256 of the location as it was given. */
  readonly schemaName?: string | undefined;
  /** The signal file, whose time tells of changes. It may hold anything, and keeps it. */
  readonly location: string;
}

const OPTION_NAMES: Readonly<Record<keyof SecretServicePersistenceOptions, true>> = {
  ...AGENT_NAMES,
  location: true,
};

const TRIAL_SCHEMA = 'org.keywire.TrialRun';

/** Keeps one text in the keyring. */
export class SecretServicePersistence implements Persistence {
  readonly kind = 'secret-service';
  readonly isEncrypted = true;
  readonly location: string;
  readonly #options: SecretServicePersistenceOptions;
  readonly #agent: SecretAgent;
  readonly #platform: string;

  /** @param platform - which only tests stand in for */
  constructor(options: SecretServicePersistenceOptions, platform: string = currentPlatform()) {
    checkOptionNames('options', options, OPTION_NAMES);
    const { location, ...agent } = options;
    this.location = resolveLocation(location);
    this.#options = options;
    this.#agent = new SecretAgent({
      ...agent,
      schemaName: options.schemaName ?? sha256Hex(location),
    });
    this.#platform = platform;
  }

  /** @throws {@link PersistenceEncryptionError} with code `locked`, `dismissed`, `unavailable`, … */
  async save(content: string, options: CallOptions = {}): Promise<void> {
    await this.#during('save', options, async () => {
      // Before it, too: whoever is killed in between still makes others look again.
      await touchOwnFile(this.location);
      await this.#agent.save(content, options);
      await touchOwnFile(this.location);
    });
  }

  /** @throws {@link PersistenceDecryptionError} with code `locked`, `dismissed`, `unavailable`, … */
  async load(options: CallOptions = {}): Promise<string> {
    const content = await this.#during('load', options, () => this.#agent.load(options));
    if (content === undefined) throw new PersistenceNotFound(this.location);
    return content;
  }

  /** Deletes the item, and the signal file if it is empty. */
  async delete(options: CallOptions = {}): Promise<boolean> {
    return this.#during('delete', options, async () => {
      const clear = (): Promise<boolean> => this.#agent.clear(options);
      // @rule token/delete-is-told keywire#token-cache
      const wasThere = await touchingOwnFile(this.location, clear);
      if (await isEmpty(this.location)) await removeOwnFile(this.location);
      return wasThere;
    });
  }

  async timeLastModified(): Promise<number> {
    return timeOf(this.location);
  }

  async version(): Promise<string | undefined> {
    return (await readFileChange(this.location))?.version;
  }

  /** Stores, reads and clears an item that no other process has or looks for. */
  async trialRun(options: CallOptions = {}): Promise<void> {
    await this.#during('save', options, () => trialRunAt(this.location, this.#options, options));
  }

  async #during<Result>(
    operation: Operation,
    { signal }: CallOptions,
    work: () => Promise<Result>,
  ): Promise<Result> {
    requirePlatform(this.location, this.#platform, this.#options);
    throwIfAborted(this.location, signal);
    try {
      return await work();
    } catch (error) {
      throw translateError(error, operation, this.location);
    }
  }
}

/** Which keyring to try. */
export type TrialRunOptions = CallOptions &
  Pick<SecretAgentOptions, 'service' | 'connect' | 'collection'>;

const TRIAL_NAMES: Readonly<Record<keyof TrialRunOptions, true>> = {
  service: true,
  connect: true,
  collection: true,
  signal: true,
};

/**
 * Tries whether the keyring keeps what it is given: stores, reads and clears an item that no other
 * process has or looks for.
 *
 * @throws {@link PersistenceError} with the code of what is wrong, and one line of advice;
 * `TypeError` for an option that there is not
 */
export async function trialRun(options: TrialRunOptions = {}): Promise<void> {
  checkOptionNames('options', options, TRIAL_NAMES);
  const location = 'trial run';
  requirePlatform(location, currentPlatform(), options);
  throwIfAborted(location, options.signal);
  try {
    await trialRunAt(location, options, options);
  } catch (error) {
    throw translateError(error, 'save', location);
  }
}

async function trialRunAt(
  location: string,
  options: TrialRunOptions,
  { signal }: CallOptions,
): Promise<void> {
  const { service, connect, collection } = options;
  const agent = new SecretAgent({
    schemaName: TRIAL_SCHEMA,
    attributes: { run: newNonce() },
    label: 'Keywire trial run (can be deleted)',
    service,
    connect,
    collection,
  });
  const place: TrialPlace = {
    save: (content, how) => agent.save(content, how),
    async load(how) {
      const content = await agent.load(how);
      if (content === undefined) throw new PersistenceNotFound(location);
      return content;
    },
    delete: (how) => agent.clear(how),
  };
  await runTrial(location, place, { signal });
}

function requirePlatform(location: string, platform: string, options: TrialRunOptions): void {
  const isNamed = options.service !== undefined || options.connect?.address !== undefined;
  // @rule token/no-keyring-there keywire#token-cache
  if (isNamed || (platform !== 'darwin' && platform !== 'win32')) return;
  throw new PersistenceError(
    'not-supported',
    location,
    `expected a platform with a Secret Service, got ${platform}`,
    { advice: 'pass a store of that platform as "backend", or use an encrypted file' },
  );
}

async function isEmpty(location: string): Promise<boolean> {
  return (await readFileChange(location))?.size === 0;
}

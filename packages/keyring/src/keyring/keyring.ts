// What programs use: passwords by service and username, whatever backend keeps them.

import { throwIfAborted } from '../abort.ts';
import { checkNames, checkSwitch, type OptionNames } from '../entries/caller-options.ts';
import { checkKey } from '../entries/entry-key.ts';
import { bytesToPassword, checkSecret, passwordToBytes, textIn } from '../entries/secret-bytes.ts';
import { asKeyringErrors, cannotTell, keyringError } from '../errors.ts';
import type {
  Backend,
  BackendEvent,
  BackendStatus,
  EntryKey,
  FoundEntry,
} from '../types/backend.ts';
import type { Choice } from '../types/choice.ts';
import { probeBackend } from './probe.ts';

/** Options of every operation. */
export interface OperationOptions {
  /** Ends the operation with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the user may be asked; default: as given to `openKeyring`. */
  readonly interactive?: boolean | undefined;
}

/** What storing takes beside the key and the secret. */
export interface StoreOptions extends OperationOptions {
  /** What keyring managers show. Default for a new entry: the scheme's; for another: as it is. */
  readonly label?: string | undefined;
}

const OPERATION_NAMES: OptionNames<OperationOptions> = { signal: true, interactive: true };

const STORE_NAMES: OptionNames<StoreOptions> = { ...OPERATION_NAMES, label: true };

/** A username and its password. The password is a string, which nothing can wipe. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** A username and its secret, in a buffer that the caller wipes. */
export interface FoundSecret {
  readonly username: string;
  readonly secret: Uint8Array;
}

/** How a keyring is, and why it is the one in use. */
export interface KeyringStatus extends BackendStatus {
  /** The name of the backend. */
  readonly backend: string;
  readonly choice: Choice;
}

export interface KeyringParts {
  readonly backend: Backend;
  readonly choice: Choice;
  readonly app: string | undefined;
  readonly group: string | undefined;
  readonly interactive: boolean;
  readonly randomName: () => string;
}

/** An open keyring. Calls may overlap. Made by `openKeyring`. */
export class Keyring implements AsyncDisposable {
  readonly #backend: Backend;
  readonly #parts: KeyringParts;
  #isClosed = false;

  constructor(parts: KeyringParts) {
    this.#backend = parts.backend;
    this.#parts = parts;
  }

  /** The name of the backend in use. */
  get backend(): string {
    return this.#backend.name;
  }

  /** Why this backend is the one in use, and which others were passed over. */
  get choice(): Choice {
    return this.#parts.choice;
  }

  /**
   * Stores a password, in place of the one that is there. The string cannot be wiped: pass bytes to
   * {@link Keyring.setSecret} where that matters.
   *
   * @throws {@link KeyringError} with code `locked`, `dismissed`, `unavailable`, `invalid-argument`,
   * `too-large` and others
   */
  async setPassword(
    service: string,
    username: string,
    password: string,
    options: StoreOptions = {},
  ): Promise<void> {
    const secret = passwordToBytes(password);
    try {
      await this.setSecret(service, username, secret, options);
    } finally {
      secret.fill(0);
    }
  }

  /**
   * Reads a password; `undefined` only when it is certainly not there. The string cannot be wiped:
   * use {@link Keyring.getSecret} where that matters.
   *
   * @throws {@link KeyringError} with code `not-text` for bytes that are not UTF-8, `locked` and others
   */
  async getPassword(
    service: string,
    username: string,
    options: OperationOptions = {},
  ): Promise<string | undefined> {
    const secret = await this.getSecret(service, username, options);
    if (secret === undefined) return undefined;
    try {
      return bytesToPassword(secret);
    } finally {
      secret.fill(0);
    }
  }

  /**
   * Stores bytes; they stay the caller's, to wipe.
   *
   * @throws {@link KeyringError} as {@link Keyring.setPassword} does
   */
  async setSecret(
    service: string,
    username: string,
    secret: Uint8Array,
    options: StoreOptions = {},
  ): Promise<void> {
    checkSecret(secret);
    const { app } = this.#parts;
    await this.#run(options, () =>
      this.#backend.set(this.#key(service, username), secret, {
        ...this.#how(options, STORE_NAMES),
        app,
        label: options.label,
      }),
    );
  }

  /**
   * Reads bytes, in a buffer that the caller wipes; `undefined` only when they are not there.
   *
   * @throws {@link KeyringError} with code `locked`, `dismissed`, `unavailable`, `ambiguous` and others
   */
  async getSecret(
    service: string,
    username: string,
    options: OperationOptions = {},
  ): Promise<Uint8Array | undefined> {
    return this.#run(options, async () => {
      const secret = await this.#backend.get(this.#key(service, username), this.#how(options));
      if (secret !== undefined) this.#requireBytes('get', secret);
      return secret;
    });
  }

  /**
   * Deletes a password that is there.
   *
   * @throws {@link KeyringError} with code `not-found` when it is not
   */
  async deletePassword(
    service: string,
    username: string,
    options: OperationOptions = {},
  ): Promise<void> {
    if (await this.clearPassword(service, username, options)) return;
    throw keyringError('not-found', 'deletePassword');
  }

  /**
   * Makes sure that a password is not there; whether it was.
   *
   * @throws {@link KeyringError} with code `locked`, `scheme-read-only` and others
   */
  async clearPassword(
    service: string,
    username: string,
    options: OperationOptions = {},
  ): Promise<boolean> {
    const deleted = await this.#run(options, () =>
      this.#backend.delete(this.#key(service, username), this.#how(options)),
    );
    return deleted > 0;
  }

  /**
   * Reads a username and its password; without a username, the newest of the service.
   *
   * @throws {@link KeyringError} as {@link Keyring.getPassword} does
   */
  async getCredential(
    service: string,
    username?: string,
    options: OperationOptions = {},
  ): Promise<Credential | undefined> {
    if (username === undefined) return this.#newest(service, options);
    const password = await this.getPassword(service, username, options);
    return password === undefined ? undefined : { username, password };
  }

  /**
   * Reads all usernames of a service with their passwords, the newest first. A secret that is no text
   * is no password: it is left out, and hides no other. {@link Keyring.findSecrets} gives it too.
   *
   * @throws {@link KeyringError} with code `locked`, `denied` and others, never for what is absent
   */
  async findCredentials(service: string, options: OperationOptions = {}): Promise<Credential[]> {
    const entries = await this.#search(service, options);
    try {
      // @rule keyring/found-are-text keywire#what-to-know
      return entries.flatMap(({ username, secret }) => {
        const password = textIn(secret);
        return password === undefined ? [] : [{ username, password }];
      });
    } finally {
      for (const { secret } of entries) secret.fill(0);
    }
  }

  /**
   * Reads all usernames of a service with their secrets, the newest first. The bytes are the caller's,
   * to be wiped.
   *
   * @throws {@link KeyringError} as {@link Keyring.findCredentials} does
   */
  async findSecrets(service: string, options: OperationOptions = {}): Promise<FoundSecret[]> {
    const entries = await this.#search(service, options);
    return entries.map(({ username, secret }) => ({ username, secret }));
  }

  /** Whether what is stored outlives a reboot. */
  async isPersistent(options: OperationOptions = {}): Promise<boolean> {
    return (await this.status(options)).isPersistent;
  }

  /**
   * How the backend is, found out without a dialog, and why it is the one in use.
   *
   * @throws {@link KeyringError} for a backend that cannot even say that it is unavailable
   */
  async status(options: OperationOptions = {}): Promise<KeyringStatus> {
    const status = await this.#run(options, () => this.#backend.status(this.#how(options)));
    return { ...status, backend: this.#backend.name, choice: this.#parts.choice };
  }

  /**
   * Stores, reads and deletes a random secret under a random key: what works now will work when a
   * login has been made.
   *
   * @throws {@link KeyringError} with code `probe-failed`, or what the backend says
   */
  async probe(options: OperationOptions = {}): Promise<void> {
    await this.#run(options, () => probeBackend(this.#backend, this.#parts, this.#how(options)));
  }

  /**
   * Follows changes, by anyone, from now on until the signal fires; the program does not end by
   * itself while the next one is waited for.
   *
   * @throws {@link KeyringError} with code `not-supported` where the backend cannot tell of them
   */
  events(options: OperationOptions = {}): AsyncIterable<BackendEvent> {
    this.#assertOpen();
    const events = this.#backend.events?.(options);
    if (events !== undefined) return events;
    throw cannotTell(this.#backend.name);
  }

  /** Gives the backend back. May be called twice; without it, a program ends by itself all the same. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#backend.close?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #newest(service: string, options: OperationOptions): Promise<Credential | undefined> {
    const entries = await this.#search(service, options);
    try {
      const [entry] = entries;
      if (entry === undefined) return undefined;
      return { username: entry.username, password: bytesToPassword(entry.secret) };
    } finally {
      for (const { secret } of entries) secret.fill(0);
    }
  }

  async #search(service: string, options: OperationOptions): Promise<readonly FoundEntry[]> {
    const { group } = this.#parts;
    const filter = { service, ...(group === undefined ? {} : { group }) };
    const found = await this.#run(options, async () => {
      const entries = [...(await this.#backend.search(filter, this.#how(options)))];
      for (const { secret } of entries) this.#requireBytes('search', secret);
      return entries;
    });
    // The group is part of the key: entries of one are not those without.
    for (const entry of found) if (entry.group !== group) entry.secret.fill(0);
    return found.filter((entry) => entry.group === group);
  }

  /** What others wrote a backend for may give null for what is absent, or text. */
  #requireBytes(method: string, secret: unknown): void {
    if (ArrayBuffer.isView(secret)) return;
    const kind = secret === null ? 'null' : typeof secret;
    throw keyringError('backend-failed', `backend ${this.#backend.name}`, {
      detail: `expected bytes or undefined of ${method}, got ${kind}`,
    });
  }

  #key(service: string, username: string): EntryKey {
    const { group } = this.#parts;
    return checkKey({ service, username, ...(group === undefined ? {} : { group }) }, true);
  }

  #how(
    options: OperationOptions,
    names: OptionNames<OperationOptions> = OPERATION_NAMES,
  ): Required<OperationOptions> {
    checkNames('options', options, names);
    const { signal, interactive } = options;
    checkSwitch('interactive', interactive);
    return { signal, interactive: interactive ?? this.#parts.interactive };
  }

  async #run<T>(options: OperationOptions, work: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    throwIfAborted(options.signal, 'keyring');
    return asKeyringErrors(this.#backend.name, work, options.signal);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw keyringError('closed', 'keyring');
  }
}

// The service: connecting, finding collections and items, and the everyday operations.
// https://specifications.freedesktop.org/secret-service/latest/ (Service interface)
//
// What leaves in one write is what is called without an await in between: open() and the first
// operation together are one flight. Long, because half of it says what each method promises.

import { loadRuntimeCrypto } from '@keywire/crypto-session';
import { type Connection, type ConnectionOptions, openConnection } from '@keywire/dbus-wire/client';
import { untilAborted } from '../abort.ts';
import type { LinkSource, OwnConnection } from '../daemon/bus-links.ts';
import { Peer } from '../daemon/peer.ts';
import { type DaemonProfile, profileForSession } from '../daemon-profile.ts';
import { secretServiceError } from '../errors/errors.ts';
import { type EventOptions, type ServiceEvent, serviceEvents } from '../events/events.ts';
import { OwnWrites } from '../events/own-writes.ts';
import { systemClock } from '../io/clock.ts';
import { hasDisplay } from '../io/environment.ts';
import { type OperationOptions, ServiceContext } from '../operations/context.ts';
import * as headless from '../operations/headless.ts';
import { type Lockable, lockObjects, unlockObjects } from '../operations/locking.ts';
import { readCollectionPaths } from '../operations/properties.ts';
import { readManySecrets, type SecretResult } from '../operations/reading.ts';
import { PromptDesk } from '../prompts/prompt-desk.ts';
import type { Attributes } from '../protocol/attributes.ts';
import { checkObjectPath, DEFAULT_ALIAS, SESSION_ALIAS } from '../protocol/names.ts';
import { checkText } from '../protocol/text.ts';
import { secretToStore } from '../secrets/sealing.ts';
import type { Secret, SecretInput } from '../secrets/secret.ts';
import type { SessionInfo } from '../secrets/session.ts';
import { SessionKeeper } from '../secrets/session-keeper.ts';
import * as aliases from './aliases.ts';
import { Collection } from './collection.ts';
import * as everyday from './everyday.ts';
import { Item } from './item.ts';
import { type ConnectOptions, checkOptions, effectiveTimeouts } from './options.ts';

/**
 * A connection to the user's keyring.
 *
 * Whatever asks the daemon rejects with {@link SecretServiceError}: besides what a method names, with code
 * `unavailable`, `disconnected`, `owner-changed`, `closed`, `deadline`, `aborted`, `denied`, `failed` or
 * `protocol`.
 */
export class SecretService implements AsyncDisposable {
  readonly #context: ServiceContext;
  #closing: Promise<void> | undefined;

  private constructor(source: LinkSource, options: ConnectOptions) {
    const clock = options.clock ?? systemClock;
    const isDisplayed = options.hasDisplay ?? hasDisplay();
    const { replyMs, promptMs } = effectiveTimeouts(options.timeouts, isDisplayed);
    const peer = new Peer(source, replyMs);
    const sessions = new SessionKeeper(peer, options.session ?? 'encrypted');
    const profile = async (): Promise<DaemonProfile> =>
      options.profile ?? profileForSession((await sessions.open()).path);
    this.#context = new ServiceContext({
      peer,
      sessions,
      prompts: new PromptDesk(peer, clock, isDisplayed, profile),
      writes: new OwnWrites(clock),
      promptDefaults: {
        interactive: options.interactive ?? true,
        windowId: options.windowId ?? '',
        promptMs,
      },
      profile,
      clock,
    });
  }

  /**
   * Connects, finds the service and opens a session.
   *
   * @throws {@link ServiceUnavailableError} when there is no bus or no service on it,
   * {@link NotSupportedError} when the daemon has no encrypted sessions and nothing less was allowed
   */
  static async connect(options: ConnectOptions = {}): Promise<SecretService> {
    const service = SecretService.open(options);
    try {
      await untilAborted(service.ready(), options.signal, 'SecretService.connect');
      return service;
    } catch (error) {
      await service.close();
      throw error;
    }
  }

  /**
   * Like {@link SecretService.connect}, and returns at once: the first operation travels together
   * with connecting, and fails as connect() would. One read costs two flights this way.
   *
   * @throws {@link InvalidArgumentError} for an option that is none; for a connection that is over,
   * {@link ServiceUnavailableError} or {@link DisconnectedError}, by what ended it
   */
  static open(options: ConnectOptions = {}): SecretService {
    checkOptions(options);
    const source = (isFirst: boolean): OwnConnection => {
      const connection = openConnection(connectionOptions(options, isFirst));
      if (options.session !== 'plain') prepareCrypto(connection);
      return connection;
    };
    const service = new SecretService(options.connection ?? source, options);
    // Its failure is told by ready() and by every operation.
    service.#context.sessions.open().catch(() => {});
    return service;
  }

  /** Resolves when a session is open; rejects as connect() does. */
  async ready(): Promise<void> {
    await this.#context.sessions.open();
  }

  /** The session that is open, or undefined while there is none. Its key is not reachable. */
  get session(): SessionInfo | undefined {
    return this.#context.sessions.current?.info;
  }

  /** The unique bus name of the daemon, as soon as it is known. */
  get owner(): string | undefined {
    return this.#context.peer.owner;
  }

  /** Which kind of daemon this is, as far as its quirks go; `generic` when it is not known. */
  async daemon(): Promise<string> {
    return (await this.#context.profile({})).family;
  }

  // --- secrets -------------------------------------------------------------------------------

  /**
   * Reads the secret of the item that has all given attributes; the caller disposes of it. Locked
   * hits are unlocked if prompts are allowed.
   *
   * @returns undefined when there is certainly no such item
   * @throws {@link LockedError} when it is locked, or could be hidden in something locked;
   * {@link AmbiguousError} for several hits with `several: 'refuse'`
   */
  lookup(
    attributes: Attributes,
    options: everyday.LookupOptions = {},
  ): Promise<Secret | undefined> {
    return everyday.lookup(this.#context, attributes, options);
  }

  /**
   * Stores a secret: in the item that has exactly these attributes, or in a new one. Never in an
   * item that has others besides. The default collection is created if it is missing.
   *
   * @throws {@link LockedError}, {@link PromptDismissedError}, {@link InvalidArgumentError} (an empty
   * attribute set, a secret over 64 MiB); `mayHaveHappened` tells whether a failed one may be stored
   */
  store(
    label: string,
    attributes: Attributes,
    secret: SecretInput,
    options: everyday.StoreOptions = {},
  ): Promise<Item> {
    return everyday.store(this.#context, label, attributes, secret, options);
  }

  /**
   * Deletes every item that has all given attributes; locked ones are unlocked first.
   *
   * @returns how many were deleted
   * @throws {@link LockedError} when some are locked, or none is found and they could be hidden, and
   * prompts do not help
   */
  clear(attributes: Attributes, options: everyday.ScopeOptions = {}): Promise<number> {
    return everyday.clear(this.#context, attributes, options);
  }

  /**
   * Finds all items that have all given attributes.
   *
   * @throws {@link LockedError} when nothing is found, something in scope is locked, and unlocking
   * it is not allowed or does not help: absence cannot be known then
   */
  searchItems(
    attributes: Attributes,
    options: everyday.SearchOptions & { readonly loadSecrets: true },
  ): Promise<Required<everyday.FoundItems>>;
  searchItems(
    attributes: Attributes,
    options?: everyday.SearchOptions,
  ): Promise<everyday.FoundItems>;
  searchItems(
    attributes: Attributes,
    options: everyday.SearchOptions = {},
  ): Promise<everyday.FoundItems> {
    return everyday.searchItems(this.#context, attributes, options);
  }

  /**
   * Reads many secrets at once; each has a status of its own, and is the caller's to dispose of. By
   * item path.
   */
  async getSecrets(
    items: readonly Item[],
    options: OperationOptions = {},
  ): Promise<Map<string, SecretResult>> {
    const paths = listOf('items', items, Item).map((item) => item.path);
    return this.#context.repeatable(() => readManySecrets(this.#context, paths, options));
  }

  // --- collections ---------------------------------------------------------------------------

  /**
   * Gives the default collection, and creates it if it is missing; with `create: false`, gives
   * undefined instead.
   *
   * @throws {@link ItemNotFoundError} with code `no-default-collection` when it is missing and
   * prompts are not allowed
   */
  defaultCollection(options?: OperationOptions & { readonly create?: true }): Promise<Collection>;
  defaultCollection(
    options: OperationOptions & { readonly create?: boolean | undefined },
  ): Promise<Collection | undefined>;
  async defaultCollection(
    options: OperationOptions & { readonly create?: boolean | undefined } = {},
  ): Promise<Collection | undefined> {
    return options.create === false
      ? aliases.findCollection(this.#context, DEFAULT_ALIAS, options)
      : aliases.defaultCollection(this.#context, options);
  }

  /** Gives all collections. */
  async collections(options: OperationOptions = {}): Promise<Collection[]> {
    const paths = await this.#context.repeatable(() =>
      readCollectionPaths(this.#context.peer, { signal: options.signal }),
    );
    return paths.map((path) => new Collection(this.#context, path));
  }

  /** Gives the collection that an alias stands for, or undefined. */
  collection(alias: string, options: OperationOptions = {}): Promise<Collection | undefined> {
    return aliases.findCollection(this.#context, alias, options);
  }

  /**
   * Gives the collection at a path, without asking whether it exists.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-argument` for a path of something else
   */
  collectionAt(path: string): Collection {
    checkObjectPath(path, 'collection');
    return new Collection(this.#context, path);
  }

  /**
   * Gives the item at a path, without asking whether it exists. Paths change between login sessions:
   * keep attributes instead.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-argument` for a path of something else
   */
  itemAt(path: string): Item {
    checkObjectPath(path, 'item');
    return new Item(this.#context, path);
  }

  /** Gives the default collection, else the session's, else any; undefined when there is none. */
  async anyCollection(options: OperationOptions = {}): Promise<Collection | undefined> {
    return (
      (await this.collection(DEFAULT_ALIAS, options)) ??
      (await this.collection(SESSION_ALIAS, options)) ??
      (await this.collections(options))[0]
    );
  }

  /**
   * Creates a collection. With an alias that is taken, gives the collection that has it.
   *
   * @throws {@link PromptDismissedError}, {@link PromptRequiredError}, {@link NotSupportedError} for
   * an alias that the daemon does not take
   */
  createCollection(
    label: string,
    options: aliases.CreateCollectionOptions = {},
  ): Promise<Collection> {
    return aliases.createCollection(this.#context, label, options);
  }

  /** Reads what an alias stands for; undefined when it is not set. The object may not exist. */
  readAlias(alias: string, options: OperationOptions = {}): Promise<Collection | undefined> {
    return aliases.readAliasOf(this.#context, alias, options);
  }

  /**
   * Sets what an alias stands for; `undefined` removes it. Read back, because some daemons say yes
   * and do nothing.
   *
   * @throws {@link NotSupportedError} for an alias that the daemon does not let anyone set
   */
  setAlias(
    alias: string,
    collection: Collection | undefined,
    options: OperationOptions = {},
  ): Promise<void> {
    return aliases.setAlias(this.#context, alias, collection, options);
  }

  // --- locking -------------------------------------------------------------------------------

  /**
   * Locks items or collections; by default the default collection. Resolves once they are.
   *
   * @throws {@link PromptDismissedError}, {@link PromptRequiredError}; {@link ItemNotFoundError} for
   * what does not exist
   */
  async lock(
    targets?: readonly (Collection | Item)[],
    options: OperationOptions = {},
  ): Promise<void> {
    await lockObjects(this.#context, await this.#lockables(targets, options), options);
  }

  /**
   * Unlocks items or collections; by default the default collection. Resolves once they are. Several
   * operations that need it at once ask once, and a no is one for all of them.
   *
   * @throws {@link LockedError} where prompts are not allowed, {@link PromptDismissedError},
   * {@link PromptRequiredError}; {@link ItemNotFoundError} for what does not exist
   */
  async unlock(
    targets?: readonly (Collection | Item)[],
    options: OperationOptions = {},
  ): Promise<void> {
    await unlockObjects(this.#context, await this.#lockables(targets, options), options);
  }

  /**
   * Unlocks a collection with its password and without a prompt, on daemons that offer that; by
   * default the default collection. Only over an encrypted session.
   *
   * @throws {@link AccessDeniedError} for a wrong password, {@link NotSupportedError}
   */
  async unlockWithPassword(
    password: SecretInput,
    options: OperationOptions & { readonly collection?: Collection | undefined } = {},
  ): Promise<void> {
    // Copied before anything is waited for: the caller may wipe it at once.
    const copy = secretToStore(password, undefined);
    try {
      const collection =
        options.collection ?? (await aliases.existingDefault(this.#context, options));
      await headless.unlockWithPassword(this.#context, collection.path, copy, options);
      await collection.ensureNotLocked(options);
    } finally {
      copy.dispose();
    }
  }

  /**
   * Creates a collection with a password and without a prompt, where the daemon offers that.
   *
   * @throws {@link NotSupportedError} elsewhere, and over a plain session
   */
  async createCollectionWithPassword(
    label: string,
    password: SecretInput,
    options: OperationOptions = {},
  ): Promise<Collection> {
    checkText('label', label);
    const path = await headless.createWithPassword(this.#context, label, password, options);
    return new Collection(this.#context, path);
  }

  /**
   * Follows changes of collections and items: coalesced, without doubles, own changes marked. The
   * subscription is written before this returns. A daemon that is started again is followed on.
   *
   * @throws {@link DisconnectedError} from the iteration, when the bus goes away: what happens until
   * the next call of this method is not told
   */
  events(options: EventOptions = {}): AsyncIterableIterator<ServiceEvent> {
    return serviceEvents(this.#context, options);
  }

  /**
   * Lets the process end although the service is open, once nothing is under way. A connection that
   * was passed in is left as it is.
   */
  unref(): void {
    this.#context.peer.links.setKeepsProcessAlive(false);
  }

  /** Keeps the process alive until the service is closed; the default. */
  ref(): void {
    this.#context.peer.links.setKeepsProcessAlive(true);
  }

  /** Closes the session, and the connection unless it was passed in. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#context.prompts.close();
    this.#context.sessions.close();
    await this.#context.peer.close();
  }

  async #lockables(
    targets: readonly (Collection | Item)[] | undefined,
    options: OperationOptions,
  ): Promise<readonly Lockable[]> {
    const objects = targets ?? [await aliases.existingDefault(this.#context, options)];
    return listOf('targets', objects, Collection, Item).map((object) => ({
      path: object.path,
      kind: object instanceof Collection ? 'collection' : 'item',
    }));
  }
}

/** Refuses anything but a list of objects of these kinds. */
function listOf<T extends object>(
  subject: string,
  objects: readonly T[],
  ...kinds: readonly (abstract new (
    ...args: never
  ) => T)[]
): readonly T[] {
  const isOne = (object: unknown): boolean => kinds.some((kind) => object instanceof kind);
  if (Array.isArray(objects) && objects.every(isOne)) return objects;
  throw secretServiceError('invalid-argument', subject, {
    detail: `expected an array of ${kinds.map(({ name }) => name).join(' and ')} objects`,
  });
}

/**
 * Loads what a key takes once the bus has answered, while the daemon is at its own half of the key.
 * A failure is told where it matters: by each call, or by deriving the key.
 */
function prepareCrypto(connection: Pick<Connection, 'ready'>): void {
  connection.ready.then(loadRuntimeCrypto).catch(() => {});
}

/** The caller's signal ends the first connecting; a later one is bounded by its deadline. */
function connectionOptions(options: ConnectOptions, isFirst: boolean): ConnectionOptions {
  return {
    ...(options.bus === undefined ? {} : { bus: options.bus }),
    ...(options.address === undefined ? {} : { address: options.address }),
    ...(options.signal === undefined || !isFirst ? {} : { signal: options.signal }),
    ...(options.trace === undefined ? {} : { trace: options.trace }),
    ...(options.timeouts?.connectMs === undefined ? {} : { timeoutMs: options.timeouts.connectMs }),
  };
}

// The user's keyring daemon as a store of attributes. A read is two round trips: the search, with the
// question which collection is the default one; then properties and the secret of the hit.

import {
  DAEMON_PROFILES,
  type DaemonProfile,
  DEFAULT_ALIAS,
  GENERIC_PROFILE,
  type Item,
  isAddedAttribute,
  isSecretServiceError,
  type OperationOptions,
  type SecretResult,
  type SecretService,
  type ServiceEvent,
  type ServiceLease,
} from '@keywire/secret-service';
import { untilAborted } from '../abort.ts';
import { fromStoreError } from '../errors.ts';
import type {
  AttributeStore,
  FindQuery,
  ItemUpdate,
  NewItem,
  StoreEvent,
  StoreItem,
} from '../types/attribute-store.ts';
import type { BackendOptions, BackendStatus } from '../types/backend.ts';
import { collectionChosen, collectionFor } from './collection-choice.ts';
import { serviceStatus } from './secret-service-status.ts';

export interface SecretServiceStoreOptions {
  readonly lease: ServiceLease;
  /** Whether the user may be asked. */
  readonly interactive: boolean;
  /** The one collection to use, by alias or path. Default: what the scheme says. */
  readonly collection?: string | undefined;
}

export class SecretServiceStore implements AttributeStore {
  readonly #lease: ServiceLease;
  readonly #interactive: boolean;
  readonly #collection: string | undefined;
  readonly #preloaded = new WeakMap<StoreItem, SecretResult>();
  #profile: DaemonProfile = GENERIC_PROFILE;

  constructor(options: SecretServiceStoreOptions) {
    this.#lease = options.lease;
    this.#interactive = options.interactive;
    this.#collection = options.collection;
  }

  /**
   * Waits until the daemon has taken us in; nobody is asked.
   *
   * @throws {@link KeyringError} with code `unavailable` and others that say why not
   */
  async ready(signal: AbortSignal | undefined): Promise<void> {
    const subject = 'backend secret-service';
    try {
      await this.#lease.use((service) => untilAborted(service.ready(), signal, subject));
    } catch (error) {
      throw this.translate(error);
    }
  }

  isAddition(name: string): boolean {
    return isAddedAttribute(this.#profile, name, '');
  }

  find(query: FindQuery, options: BackendOptions): Promise<readonly StoreItem[]> {
    return this.#lease.use(async (service) => {
      const how = this.#how(options);
      const { unlocked, locked } = await this.#search(service, query, how);
      await this.#recognise(service);
      const seen = await this.#describe(service, unlocked, query, how, locked.length === 0);
      if (locked.length === 0 || (seen.length > 0 && !query.isComplete)) return seen;
      await service.unlock(locked, how);
      const opened = await this.#describe(service, locked, query, how, seen.length === 0);
      return [...seen, ...opened];
    });
  }

  read(
    items: readonly StoreItem[],
    options: BackendOptions,
  ): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    return this.#lease.use(async (service) => {
      const results = new Map<string, SecretResult>();
      const missing: Item[] = [];
      for (const item of items) {
        const result = this.#preloaded.get(item);
        this.#preloaded.delete(item);
        if (result === undefined) missing.push(service.itemAt(item.id));
        else results.set(item.id, result);
      }
      const read = await service.getSecrets(missing, this.#how(options));
      return secretsOf(new Map([...results, ...read]));
    });
  }

  create(item: NewItem, options: BackendOptions): Promise<void> {
    return this.#lease.use(async (service) => {
      const how = this.#how(options);
      const { label, attributes, secret, contentType, scope } = item;
      const collection = await collectionFor(service, this.#collection, scope, how);
      await service.store(label, attributes, secret, { ...how, collection, contentType });
    });
  }

  update(item: StoreItem, update: ItemUpdate, options: BackendOptions): Promise<boolean> {
    return this.#lease.use(async (service) => {
      const how = this.#how(options);
      const target = service.itemAt(item.id);
      return unlessGone(async () => {
        await target.setSecret(update.secret, { ...how, contentType: update.contentType });
        if (update.label !== undefined && update.label !== item.label) {
          await target.setLabel(update.label, how);
        }
      });
    });
  }

  remove(item: StoreItem, options: BackendOptions): Promise<boolean> {
    return this.#lease.use((service) =>
      unlessGone(() => service.itemAt(item.id).delete(this.#how(options))),
    );
  }

  status(options: BackendOptions): Promise<BackendStatus> {
    return this.#lease.use((service) =>
      serviceStatus(service, this.#collection, { ...this.#how(options), interactive: false }),
    );
  }

  /** Subscribed at once: what changes before the first event is asked for is told as well. */
  events({ signal }: BackendOptions): AsyncIterable<StoreEvent> {
    const { service } = this.#lease;
    return this.#follow(service, service.events({ signal }));
  }

  async *#follow(
    service: SecretService,
    events: AsyncIterable<ServiceEvent>,
  ): AsyncGenerator<StoreEvent> {
    // Whoever waits for the next event does not want the program to end meanwhile.
    // @rule keyring/following-keeps-alive keywire#nothing-hangs
    let leave = (): void => {};
    const following = this.#lease.use(() => new Promise<void>((resolve) => (leave = resolve)));
    try {
      for await (const event of events) {
        const told = await this.#told(service, event);
        if (told !== undefined) yield told;
      }
    } finally {
      leave();
      await following;
    }
  }

  translate(error: unknown): unknown {
    return isSecretServiceError(error) ? fromStoreError(error) : error;
  }

  close(): Promise<void> {
    return this.#lease.release();
  }

  #how(options: BackendOptions): OperationOptions {
    return { signal: options.signal, interactive: options.interactive ?? this.#interactive };
  }

  /** Another daemon may have come: asked anew each time, which costs nothing. */
  async #recognise(service: SecretService): Promise<void> {
    const family = await service.daemon();
    this.#profile = DAEMON_PROFILES.find((profile) => profile.family === family) ?? GENERIC_PROFILE;
  }

  async #search(
    service: SecretService,
    { attributes, scope }: FindQuery,
    how: OperationOptions,
  ): Promise<{ unlocked: readonly Item[]; locked: readonly Item[] }> {
    const wanted = new Map(attributes);
    if (this.#collection !== undefined) {
      const collection = await collectionChosen(service, this.#collection, how);
      return service.searchItems(wanted, { ...how, collection });
    }
    if (scope === 'all') return service.searchItems(wanted, how);
    const collection =
      scope === 'login' ? await collectionFor(service, undefined, scope, how) : DEFAULT_ALIAS;
    if (collection !== DEFAULT_ALIAS) return service.searchItems(wanted, { ...how, collection });
    return (
      (await this.#searchDefaultFast(service, wanted, how)) ?? this.#inDefault(service, wanted, how)
    );
  }

  #inDefault(
    service: SecretService,
    wanted: Map<string, string>,
    how: OperationOptions,
  ): Promise<{ unlocked: readonly Item[]; locked: readonly Item[] }> {
    return service.searchItems(wanted, { ...how, collection: DEFAULT_ALIAS });
  }

  /**
   * One flight instead of five: all collections are searched while the default one's path is asked
   * for. Gives up, without having asked anyone anything, when that does not tell.
   */
  async #searchDefaultFast(
    service: SecretService,
    wanted: Map<string, string>,
    how: OperationOptions,
  ): Promise<{ unlocked: readonly Item[]; locked: readonly Item[] } | undefined> {
    const [found, collection] = await Promise.all([
      service.searchItems(wanted, { signal: how.signal, interactive: false }).catch(ifLocked),
      service.readAlias(DEFAULT_ALIAS, { signal: how.signal }),
    ]);
    if (found === undefined) return undefined;
    const isHere = (item: Item): boolean => item.collectionPath === collection?.path;
    const here = { unlocked: found.unlocked.filter(isHere), locked: found.locked.filter(isHere) };
    const isNothingFound = found.unlocked.length + found.locked.length === 0;
    return isNothingFound || here.unlocked.length + here.locked.length > 0 ? here : undefined;
  }

  /**
   * The items that count, with what is told of them; those that have gone are left out.
   *
   * @param isAlone - whether there are no others: of several the secret read ahead may stay unused
   */
  async #describe(
    service: SecretService,
    items: readonly Item[],
    query: FindQuery,
    how: OperationOptions,
    isAlone: boolean,
  ): Promise<StoreItem[]> {
    const isPreloading = query.isRead && isAlone && items.length === 1;
    const [described, read] = await Promise.allSettled([
      Promise.all(items.map((item) => describeItem(item, how))),
      isPreloading ? service.getSecrets(items, how) : new Map<string, SecretResult>(),
    ]);
    const secrets = new Map(read.status === 'fulfilled' ? read.value : []);
    const counted: StoreItem[] = [];
    for (const item of described.status === 'fulfilled' ? described.value : []) {
      if (item === undefined || !query.accepts(item.attributes)) continue;
      counted.push(item);
      const secret = secrets.get(item.id);
      if (secret !== undefined) this.#preloaded.set(item, secret);
      secrets.delete(item.id);
    }
    // What was read ahead of an item that does not count, or has gone meanwhile, is nobody's.
    for (const left of secrets.values()) if (left.status === 'ok') left.secret.dispose();
    if (described.status === 'rejected') throw described.reason;
    if (read.status === 'rejected') throw read.reason;
    return counted;
  }

  /** What was deleted can no longer say what it was. */
  async #told(service: SecretService, event: ServiceEvent): Promise<StoreEvent | undefined> {
    const type = EVENT_TYPES.get(event.type);
    if (type === undefined) return undefined;
    const { path: id, isOwn } = event;
    if (type === 'deleted') return { type, id, attributes: undefined, isOwn };
    const item = await describeItem(service.itemAt(id), {});
    // Deleted meanwhile: that is told next.
    return item === undefined ? undefined : { type, id, attributes: item.attributes, isOwn };
  }
}

const EVENT_TYPES: ReadonlyMap<string, StoreEvent['type']> = new Map([
  ['item-created', 'created'],
  ['item-changed', 'changed'],
  ['item-deleted', 'deleted'],
]);

async function describeItem(item: Item, how: OperationOptions): Promise<StoreItem | undefined> {
  try {
    const { label, attributes, created, modified } = await item.properties(how);
    return {
      id: item.path,
      label,
      attributes,
      createdMs: created?.getTime(),
      modifiedMs: modified?.getTime(),
    };
  } catch (error) {
    if (isSecretServiceError(error, 'not-found')) return undefined;
    throw error;
  }
}

/** The caller wipes the buffers; what has gone is left out, what cannot be read throws. */
function secretsOf(
  results: ReadonlyMap<string, SecretResult>,
): Map<string, Uint8Array<ArrayBuffer>> {
  const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
  let failure: Error | undefined;
  for (const [path, result] of results) {
    if (result.status === 'ok') secrets.set(path, result.secret.bytes);
    else if (result.status !== 'not-found') failure ??= result.error;
  }
  if (failure === undefined) return secrets;
  for (const secret of secrets.values()) secret.fill(0);
  throw failure;
}

async function unlessGone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isSecretServiceError(error, 'not-found')) return false;
    throw error;
  }
}

function ifLocked(error: unknown): undefined {
  if (isSecretServiceError(error, 'locked')) return undefined;
  throw error;
}

/**
 * The provider's heart: what the Secret Service API's calls do to a store, on any connection. Changes
 * run one after the other; their signals leave after the store has taken them, once each, and before
 * the reply.
 * https://specifications.freedesktop.org/secret-service/latest/
 */
import type { Message, ReplyValues } from '@keywire/dbus-wire';
import { Variant } from '@keywire/dbus-wire';
import type { Clock } from './clock.ts';
import { collectionObject } from './collection-object.ts';
import { accessDenied, isLocked, noSuchObject } from './dbus-error.ts';
import { itemObject } from './item-object.ts';
import {
  ALIAS_PREFIX,
  COLLECTION_INTERFACE,
  COLLECTION_PREFIX,
  collectionPath,
  ITEM_INTERFACE,
  itemPath,
  PROMPT_INTERFACE,
  PROPERTIES_INTERFACE,
  SERVICE_INTERFACE,
  SERVICE_PATH,
  SESSION_INTERFACE,
} from './names.ts';
import type { AccessKind, AccessPolicy, Caller } from './policy.ts';
import type { Prompter } from './prompter.ts';
import { Prompts } from './prompts.ts';
import { type ServedObject, serve } from './served-object.ts';
import { serviceObject } from './service-object.ts';
import { Sessions } from './sessions.ts';
import type { SecretStore, StoredCollection, StoredItem } from './store.ts';

/** A signal that is to leave; unicast when it has a destination. */
export interface OutgoingSignal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  readonly destination?: string | undefined;
}

/** What the provider needs of the connection and the process around it. */
export interface ProviderSurroundings {
  readonly emit: (signal: OutgoingSignal) => void;
  /** What the bus knows about a caller. */
  readonly describeCaller: (uniqueName: string) => Promise<Caller>;
  readonly delay: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** Leaves the bus at once. */
  readonly vanish: () => void;
  /** Told about faults that no client must see. */
  readonly failed: (error: unknown) => void;
  readonly clock: Clock;
}

export interface ProviderSettings {
  readonly store: SecretStore;
  readonly prompter: Prompter;
  readonly policy?: AccessPolicy | undefined;
}

/** A collection or an item, found by its path. */
export interface Located {
  readonly collection: StoredCollection;
  readonly item?: StoredItem | undefined;
}

export class Provider {
  readonly store: SecretStore;
  readonly sessions: Sessions = new Sessions();
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly #prompter: Prompter;
  readonly #policy: AccessPolicy | undefined;
  readonly #surroundings: ProviderSurroundings;
  /** The tail of the queue of changes. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor({ store, prompter, policy }: ProviderSettings, surroundings: ProviderSurroundings) {
    this.store = store;
    this.clock = surroundings.clock;
    this.#prompter = prompter;
    this.#policy = policy;
    this.#surroundings = surroundings;
    this.prompts = new Prompts({
      prompter,
      delay: surroundings.delay,
      vanish: surroundings.vanish,
      actionFailed: surroundings.failed,
      completed: (destination, path, dismissed, result) =>
        surroundings.emit({
          destination,
          path,
          interface: PROMPT_INTERFACE,
          member: 'Completed',
          signature: 'bv',
          body: [dismissed, result],
        }),
    });
  }

  /** Answers a call to any path at or below the service's. */
  async handleCall(call: Message): Promise<ReplyValues> {
    const path = call.path ?? '';
    const object = this.#objectAt(path);
    if (object === undefined) throw noSuchObject(path);
    return serve(object, call);
  }

  /** Forgets what a connection held that has ended. */
  forgetCaller(uniqueName: string): void {
    this.sessions.closeAll(uniqueName);
    this.prompts.dropAll(uniqueName);
  }

  /** Runs a change after all earlier ones. */
  change<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(run);
    // The queue goes on after a change that failed; its caller hears of it through the result.
    this.#changes = result.catch(() => undefined);
    return result;
  }

  /** Finds a collection by its own path or an alias, or an item; undefined when there is none. */
  locate(path: string): Located | undefined {
    if (path.startsWith(ALIAS_PREFIX)) {
      const id = this.store.aliases().get(path.slice(ALIAS_PREFIX.length));
      const collection = id === undefined ? undefined : this.store.collection(id);
      return collection && { collection };
    }
    if (!path.startsWith(COLLECTION_PREFIX)) return undefined;
    const [collectionId = '', itemId, ...rest] = path.slice(COLLECTION_PREFIX.length).split('/');
    const collection = this.store.collection(collectionId);
    if (collection === undefined || rest.length > 0) return undefined;
    if (itemId === undefined) return { collection };
    const item = collection.item(itemId);
    return item && { collection, item };
  }

  /** The present item behind an earlier one, of an unlocked collection. */
  // @rule provider/is-locked secret#org.freedesktop.Secret.Error
  requireUnlocked(collectionId: string): StoredCollection {
    const collection = this.store.collection(collectionId);
    if (collection === undefined) throw noSuchObject(collectionPath(collectionId));
    if (collection.isLocked) throw isLocked();
    return collection;
  }

  requireItem(collectionId: string, itemId: string): StoredItem {
    const item = this.requireUnlocked(collectionId).item(itemId);
    if (item === undefined) throw noSuchObject(itemPath(collectionId, itemId));
    return item;
  }

  /** Lets the policy judge; rejects with AccessDenied when it says no. */
  async authorize(
    kind: AccessKind,
    uniqueName: string,
    { collection, item }: Located,
  ): Promise<void> {
    if (this.#policy === undefined) return;
    const caller = await this.#surroundings.describeCaller(uniqueName);
    const decision = await this.#policy({
      kind,
      caller,
      collectionLabel: collection.label,
      itemLabel: item?.label,
      attributes: item?.attributes,
    });
    const isAllowed = decision === 'ask' ? await this.#ask(uniqueName, collection, item) : decision;
    if (isAllowed !== 'allow') throw accessDenied(`${kind}: the provider's policy refuses it`);
  }

  collectionSignal(member: string, collectionId: string): void {
    this.#surroundings.emit({
      path: SERVICE_PATH,
      interface: SERVICE_INTERFACE,
      member,
      signature: 'o',
      body: [collectionPath(collectionId)],
    });
  }

  itemSignal(member: string, collectionId: string, itemId: string): void {
    this.#surroundings.emit({
      path: collectionPath(collectionId),
      interface: COLLECTION_INTERFACE,
      member,
      signature: 'o',
      body: [itemPath(collectionId, itemId)],
    });
  }

  /** Announces new values of an object's properties. */
  propertiesChanged(path: string, names: readonly string[]): void {
    const object = this.#objectAt(path);
    if (object === undefined) return;
    const changed = object.properties.filter(({ name }) => names.includes(name));
    const [first] = changed;
    if (first === undefined) return;
    const values = new Map(
      changed.map(({ name, type, read }) => [name, new Variant(type, read())] as const),
    );
    this.#surroundings.emit({
      path,
      interface: PROPERTIES_INTERFACE,
      member: 'PropertiesChanged',
      signature: 'sa{sv}as',
      body: [first.interface, values, []],
    });
  }

  /** Announces a collection whose lock was closed or opened, and its items. */
  lockChanged(collection: StoredCollection): void {
    this.propertiesChanged(collectionPath(collection.id), ['Locked']);
    for (const item of collection.items()) {
      this.propertiesChanged(itemPath(collection.id, item.id), ['Locked']);
    }
    this.collectionSignal('CollectionChanged', collection.id);
  }

  async #ask(
    client: string,
    collection: StoredCollection,
    item: StoredItem | undefined,
  ): Promise<'allow' | 'refuse'> {
    const request = {
      action: 'access',
      label: item?.label ?? collection.label,
      needsPassword: false,
      wasWrong: false,
      windowId: '',
      client,
    } as const;
    const { answer } = await this.#prompter.ask(request, new AbortController().signal);
    return answer === 'accept' ? 'allow' : 'refuse';
  }

  #objectAt(path: string): ServedObject | undefined {
    if (path === SERVICE_PATH) return serviceObject(this);
    const located = this.locate(path);
    if (located?.item !== undefined) return itemObject(this, located.collection, located.item);
    if (located !== undefined) return collectionObject(this, located.collection);
    if (this.sessions.has(path)) return sessionObject(this, path);
    if (this.prompts.has(path)) return promptObject(this, path);
    return undefined;
  }
}

function sessionObject(provider: Provider, path: string): ServedObject {
  return {
    methods: [
      {
        interface: SESSION_INTERFACE,
        member: 'Close',
        in: [],
        out: [],
        run: (_args, caller) => {
          provider.sessions.close(caller, path);
          return [];
        },
      },
    ],
    properties: [],
    signals: [],
    children: [],
  };
}

function promptObject(provider: Provider, path: string): ServedObject {
  return {
    methods: [
      {
        interface: PROMPT_INTERFACE,
        member: 'Prompt',
        in: ['s'],
        out: [],
        run: ([windowId], caller) => {
          provider.prompts.show(caller, path, String(windowId));
          return [];
        },
      },
      {
        interface: PROMPT_INTERFACE,
        member: 'Dismiss',
        in: [],
        out: [],
        run: (_args, caller) => {
          provider.prompts.dismiss(caller, path);
          return [];
        },
      },
    ],
    properties: [],
    signals: [{ interface: PROMPT_INTERFACE, member: 'Completed', args: ['b', 'v'] }],
    children: [],
  };
}

/** What an item's properties are named in maps that other calls carry. */
export const ITEM_LABEL_PROPERTY: string = `${ITEM_INTERFACE}.Label`;
export const ITEM_ATTRIBUTES_PROPERTY: string = `${ITEM_INTERFACE}.Attributes`;
export const COLLECTION_LABEL_PROPERTY: string = `${COLLECTION_INTERFACE}.Label`;

/**
 * What all objects of one provider act upon: the store, who may see and change what is in it, the
 * sessions and prompts of its clients, and who is told. Changes run one after the other; their signals
 * leave after the store has taken them.
 * https://specifications.freedesktop.org/secret-service/latest/
 */

import type { AuditLog } from '../access/audit-log.ts';
import { AccessGate, type AccessTarget, type AuditedAbout } from '../access/gate.ts';
import { WithheldItems } from '../access/withheld-items.ts';
import { ALIAS_PREFIX, COLLECTION_PREFIX, collectionPath, itemPath } from '../api/names.ts';
import type { Profile } from '../api/profile.ts';
import { isLocked, noSuchObject, Refusal } from '../api/refusal.ts';
import type { Prompter } from '../prompters/prompter.ts';
import type { SecretStore, StoredCollection, StoredItem } from '../stores/store.ts';
import type { Clock, Delay } from '../types/clock.ts';
import type { AccessKind, AccessPolicy, AuditedOperation, Caller } from '../types/policy.ts';
import type { ServedObject } from '../types/served-object.ts';
import { Announcer, type OutgoingSignal } from './announcer.ts';
import { ItemViews } from './item-view.ts';
import { Prompts } from './prompts.ts';
import { Sessions } from './sessions.ts';

/** What the service needs of the connection and the process around it. */
export interface ServiceSurroundings {
  readonly emit: (signal: OutgoingSignal) => void;
  /** What the bus knows about a caller. */
  readonly describeCaller: (uniqueName: string) => Promise<Caller>;
  readonly delay: Delay;
  /** Leaves the bus at once. */
  readonly vanish: () => void;
  /** Told about faults that no client must see. */
  readonly failed: (error: unknown) => void;
  readonly clock: Clock;
  /** The hash of {@link ItemViews}. */
  readonly digest: (text: string) => string;
}

export interface ServiceSettings {
  readonly store: SecretStore;
  readonly prompter: Prompter;
  readonly policy?: AccessPolicy | undefined;
  readonly audit?: AuditLog | undefined;
  readonly profile: Profile;
}

/** A collection or an item, found by its path. */
export interface Located {
  readonly collection: StoredCollection;
  readonly item?: StoredItem | undefined;
}

export class Service {
  readonly store: SecretStore;
  readonly profile: Profile;
  readonly sessions: Sessions;
  readonly prompts: Prompts;
  readonly views: ItemViews;
  readonly withheld: WithheldItems;
  readonly announce: Announcer;
  readonly clock: Clock;
  readonly #gate: AccessGate;
  readonly #surroundings: ServiceSurroundings;
  /** The tail of the queue of changes. */
  #changes: Promise<unknown> = Promise.resolve();
  #isClosing = false;

  /** @param objectAt what lies at a path of the bus: its properties are told when they change */
  constructor(
    settings: ServiceSettings,
    surroundings: ServiceSurroundings,
    objectAt: (path: string) => ServedObject | undefined,
  ) {
    const { store, prompter, policy, audit, profile } = settings;
    if (!profile.hasSessionCollection) store.dropOwnSession?.();
    this.store = store;
    this.profile = profile;
    this.sessions = new Sessions(profile);
    this.views = new ItemViews(profile, surroundings.digest);
    this.clock = surroundings.clock;
    this.#surroundings = surroundings;
    const { describeCaller, failed } = surroundings;
    this.#gate = new AccessGate({ policy, audit, prompter, describeCaller, failed });
    this.withheld = new WithheldItems({
      confirmsAccess: profile.confirmsAccess,
      wouldAsk: (caller, target) => this.#gate.wouldAsk(caller, target),
    });
    this.announce = new Announcer({
      profile,
      store,
      emit: (signal) => this.#emit(signal),
      objectAt,
    });
    this.prompts = new Prompts({
      prompter,
      delay: surroundings.delay,
      describeCaller,
      vanish: surroundings.vanish,
      actionFailed: surroundings.failed,
      dismissCompletes: profile.dismissCompletes,
      isShared: profile.sharesPrompts,
      completed: (...end) => this.announce.completed(...end),
    });
    for (const { id, isLocked: isClosed } of store.collections()) {
      if (!isClosed) this.views.opened(id);
    }
  }

  /** Sees what others did to the store; what can no longer be read is locked then. */
  async refresh(): Promise<void> {
    try {
      await this.store.refresh?.();
    } catch (error) {
      this.#surroundings.failed(error);
    }
  }

  /** Runs a change after all earlier ones. */
  async change<T>(run: () => Promise<T>): Promise<T> {
    // @rule provider/closed-store-stays keywire#provider-limits
    if (this.#isClosing) throw new Refusal('failed', 'the provider is being closed');
    const result = this.#changes.then(() => this.refresh()).then(run);
    // The queue goes on after a change that failed; its caller hears of it through the result.
    this.#changes = result.catch(() => undefined);
    return await result;
  }

  /** The id of the collection that an alias stands for. */
  collectionOf(alias: string): string | undefined {
    const isOfId = this.profile.aliasesOfIds?.has(alias) === true;
    return (
      this.store.aliases().get(alias) ?? (isOfId ? this.store.collection(alias)?.id : undefined)
    );
  }

  /** Finds a collection by its own path or an alias, or an item; undefined when there is none. */
  locate(path: string): Located | undefined {
    if (path.startsWith(ALIAS_PREFIX)) {
      const alias = path.slice(ALIAS_PREFIX.length);
      if (this.profile.exportedAliases?.has(alias) === false) return undefined;
      const id = this.collectionOf(alias);
      const collection = id === undefined ? undefined : this.store.collection(id);
      return collection && { collection };
    }
    if (!path.startsWith(COLLECTION_PREFIX)) return undefined;
    const [collectionId = '', itemId, ...rest] = path.slice(COLLECTION_PREFIX.length).split('/');
    const collection = this.store.collection(collectionId);
    if (collection === undefined || rest.length > 0) return undefined;
    if (itemId === undefined) return { collection };
    const item = collection.item(itemId);
    return item === undefined || this.views.hides(collection) ? undefined : { collection, item };
  }

  /**
   * The locked collection that an item at this path may lie in: one on disk does not know what is in it.
   * A client may have the path from before.
   */
  // @rule provider/locked-not-absent secret#org.freedesktop.Secret.Error
  lockedAbove(path: string): StoredCollection | undefined {
    const above = path.slice(0, path.lastIndexOf('/'));
    const located = above.startsWith(COLLECTION_PREFIX) ? this.locate(above) : undefined;
    if (located === undefined || located.item !== undefined) return undefined;
    const { collection } = located;
    const isUnknown =
      collection.isLocked && collection.needsPassword && !this.views.hides(collection);
    return isUnknown && collection.items().length === 0 ? collection : undefined;
  }

  /** A collection as it is now, which must be open. */
  // @rule provider/is-locked secret#org.freedesktop.Secret.Error
  requireUnlocked(collectionId: string): StoredCollection {
    const collection = this.store.collection(collectionId);
    if (collection === undefined) throw noSuchObject(collectionPath(collectionId));
    if (collection.isLocked) throw isLocked();
    return collection;
  }

  /** An item as it is now, in an open collection. */
  requireItem(collectionId: string, itemId: string): StoredItem {
    const item = this.requireUnlocked(collectionId).item(itemId);
    if (item === undefined) throw noSuchObject(itemPath(collectionId, itemId));
    return item;
  }

  /** Lets the policy judge and the audit log record; see {@link AccessGate.pass}. */
  authorize(kind: AccessKind, uniqueName: string, target: AccessTarget): Promise<boolean> {
    return this.#gate.pass(kind, uniqueName, target);
  }

  /** Has the audit log record what no policy decides; rejects with AccessDenied if it cannot. */
  record(
    operation: Exclude<AuditedOperation, AccessKind>,
    uniqueName: string,
    about: AuditedAbout,
  ): Promise<void> {
    return this.#gate.record(operation, uniqueName, about);
  }

  /** The connections that hold sessions or prompts, or wait for a policy's question. */
  callers(): ReadonlySet<string> {
    const others = [...this.#gate.callers(), ...this.withheld.owners()];
    return new Set([...this.sessions.owners(), ...this.prompts.owners(), ...others]);
  }

  /** Forgets what a connection held; without one, all sessions, prompts and questions. */
  forget(uniqueName?: string): void {
    this.sessions.closeAll(uniqueName);
    this.prompts.dropAll(uniqueName);
    this.withheld.dropAll(uniqueName);
    this.#gate.dropAll(uniqueName);
  }

  /** Waits for changes under way, and forgets all keys and prompts; from now on nothing is changed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#changes;
    this.forget();
  }

  /** What is told was done already: that it cannot be told undoes nothing. */
  // @rule provider/signals-fail-no-change keywire#provider-limits
  #emit(signal: OutgoingSignal): void {
    try {
      this.#surroundings.emit(signal);
    } catch (error) {
      this.#surroundings.failed(error);
    }
  }
}

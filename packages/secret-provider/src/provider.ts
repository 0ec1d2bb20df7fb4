/**
 * The provider's heart: what the Secret Service API's calls do to a store, on any connection. Changes
 * run one after the other; their signals leave after the store has taken them, once each, and before
 * the reply.
 * https://specifications.freedesktop.org/secret-service/latest/
 */
import type { Message, ReplyValues } from '@keywire/dbus-wire';
import { AccessGate, type AccessTarget, type AuditedAbout } from './access-gate.ts';
import { Announcer, type OutgoingSignal } from './announcer.ts';
import type { AuditLog } from './audit-log.ts';
import { CallOrder } from './call-order.ts';
import { collectionObject } from './collection-object.ts';
import { introspectBranch } from './introspect.ts';
import { itemObject } from './item-object.ts';
import { ItemViews } from './item-view.ts';
import {
  ALIAS_PREFIX,
  COLLECTION_PREFIX,
  collectionPath,
  INTROSPECTABLE_INTERFACE,
  itemPath,
  SERVICE_PATH,
} from './names.ts';
import type { Profile } from './profile.ts';
import { promptObject } from './prompt-object.ts';
import type { Prompter } from './prompter.ts';
import { Prompts } from './prompts.ts';
import { isLocked, noSuchObject, Refusal } from './refusal.ts';
import { type ServedObject, serve } from './served-object.ts';
import { serviceObject } from './service-object.ts';
import { sessionObject } from './session-object.ts';
import { Sessions } from './sessions.ts';
import type { SecretStore, StoredCollection, StoredItem } from './store.ts';
import type { Clock, Delay } from './types/clock.ts';
import type { AccessKind, AccessPolicy, AuditedOperation, Caller } from './types/policy.ts';
import { sizeOf, wipeBytes } from './values.ts';
import { WithheldItems } from './withheld-items.ts';

/** What the provider needs of the connection and the process around it. */
export interface ProviderSurroundings {
  readonly emit: (signal: OutgoingSignal) => void;
  /** What the bus knows about a caller. */
  readonly describeCaller: (uniqueName: string) => Promise<Caller>;
  readonly delay: Delay;
  /** Resolves when everything else that is ready has had its turn. */
  readonly nextTurn: () => Promise<void>;
  /** Leaves the bus at once. */
  readonly vanish: () => void;
  /** Told about faults that no client must see. */
  readonly failed: (error: unknown) => void;
  readonly clock: Clock;
  /** The hash of {@link ItemViews}. */
  readonly digest: (text: string) => string;
}

export interface ProviderSettings {
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

export class Provider {
  readonly store: SecretStore;
  readonly profile: Profile;
  readonly sessions: Sessions;
  readonly prompts: Prompts;
  readonly views: ItemViews;
  readonly withheld: WithheldItems;
  readonly announce: Announcer;
  readonly clock: Clock;
  readonly #gate: AccessGate;
  readonly #surroundings: ProviderSurroundings;
  readonly #callOrder: CallOrder;
  /** The tail of the queue of changes. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(settings: ProviderSettings, surroundings: ProviderSurroundings) {
    const { store, prompter, policy, audit, profile } = settings;
    this.store = store;
    this.profile = profile;
    this.sessions = new Sessions(profile);
    this.views = new ItemViews(profile, surroundings.digest);
    this.clock = surroundings.clock;
    this.#surroundings = surroundings;
    this.#callOrder = new CallOrder(surroundings.nextTurn);
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
      objectAt: (path) => this.#objectAt(path),
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

  /** Answers a call to any path at or below the service's; rejects with DBusErrorReply. */
  async handleCall(call: Message): Promise<ReplyValues> {
    try {
      const answer = async (): Promise<ReplyValues> => {
        await this.#refresh();
        return await this.#answer(call);
      };
      const size = sizeOf([call.path, call.body]);
      const reply = await this.#callOrder.run(call.sender ?? '', answer, size);
      if (holdsSecret(reply.signature)) this.#wipeLater(reply.body);
      return reply;
    } catch (error) {
      const isRefusal = error instanceof Refusal;
      if (!isRefusal || error.cause !== undefined) this.#surroundings.failed(error);
      throw isRefusal ? error.toReply(this.profile.errors) : error;
    } finally {
      // What a plain session carried; whoever keeps a secret has a copy.
      // @rule provider/wipes-what-was-carried secret#transfer-of-secrets
      if (holdsSecret(call.signature)) wipeBytes(call.body);
    }
  }

  /** Wipes the secrets of a reply in the next turn, when it has been written in this one. */
  #wipeLater(body: unknown): void {
    void this.#surroundings.nextTurn().then(() => wipeBytes(body));
  }

  /** Forgets what a connection held that has ended, and what its last calls still open. */
  async forgetCaller(uniqueName: string): Promise<void> {
    this.#forgetNow(uniqueName);
    await this.#callOrder.run(uniqueName, async () => this.#forgetNow(uniqueName));
  }

  /** The connections that hold sessions or prompts, or wait for a policy's question. */
  callers(): ReadonlySet<string> {
    const others = [...this.#gate.callers(), ...this.withheld.owners()];
    return new Set([...this.sessions.owners(), ...this.prompts.owners(), ...others]);
  }

  /** Waits for changes under way, then forgets all keys and prompts. */
  async close(): Promise<void> {
    await this.#changes;
    this.#forgetNow(undefined);
  }

  /** Runs a change after all earlier ones. */
  change<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(() => this.#refresh()).then(run);
    // The queue goes on after a change that failed; its caller hears of it through the result.
    this.#changes = result.catch(() => undefined);
    return result;
  }

  /** Finds a collection by its own path or an alias, or an item; undefined when there is none. */
  locate(path: string): Located | undefined {
    if (path.startsWith(ALIAS_PREFIX)) {
      const alias = path.slice(ALIAS_PREFIX.length);
      if (this.profile.exportedAliases?.has(alias) === false) return undefined;
      const id = this.store.aliases().get(alias);
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

  /** Lets the policy judge and the audit log record; rejects with AccessDenied. */
  authorize(kind: AccessKind, uniqueName: string, target: AccessTarget): Promise<void> {
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

  /** What is told was done already: that it cannot be told undoes nothing. */
  // @rule provider/signals-fail-no-change keywire#provider-limits
  #emit(signal: OutgoingSignal): void {
    try {
      this.#surroundings.emit(signal);
    } catch (error) {
      this.#surroundings.failed(error);
    }
  }

  /** Sees what others did to the store; what can no longer be read is locked then. */
  async #refresh(): Promise<void> {
    try {
      await this.store.refresh?.();
    } catch (error) {
      this.#surroundings.failed(error);
    }
  }

  async #answer(call: Message): Promise<ReplyValues> {
    const path = call.path ?? '';
    const object = this.#objectAt(path);
    if (object !== undefined) return serve(object, call, this.profile);
    const branches = this.#branchesAt(path);
    if (branches !== undefined && call.interface === INTROSPECTABLE_INTERFACE) {
      return { signature: 's', body: [introspectBranch(branches)] };
    }
    // @rule provider/no-such-object secret#org.freedesktop.Secret.Error
    throw new Refusal('unknown-path', `Object does not exist at path "${path}"`);
  }

  /** What lies below a path that is only on the way to objects. */
  #branchesAt(path: string): readonly string[] | undefined {
    const prefix = path === '/' ? '/' : `${path}/`;
    if (SERVICE_PATH.startsWith(prefix)) return SERVICE_PATH.slice(prefix.length).split('/', 1);
    if (`${path}/` === COLLECTION_PREFIX) return this.store.collections().map(({ id }) => id);
    if (`${path}/` === ALIAS_PREFIX) return [...this.store.aliases().keys()];
    return undefined;
  }

  #objectAt(path: string): ServedObject | undefined {
    if (path === SERVICE_PATH) return serviceObject(this);
    const located = this.locate(path);
    if (located?.item !== undefined) return itemObject(this, located.collection, located.item);
    if (located !== undefined) {
      const object = collectionObject(this, located.collection);
      // Items lie below the collection's own path only.
      return path.startsWith(ALIAS_PREFIX) ? { ...object, children: [] } : object;
    }
    if (this.sessions.has(path)) return sessionObject(this.sessions, path);
    if (this.prompts.has(path)) return promptObject(this.prompts, path);
    return undefined;
  }

  #forgetNow(uniqueName: string | undefined): void {
    this.sessions.closeAll(uniqueName);
    this.prompts.dropAll(uniqueName);
    this.withheld.dropAll(uniqueName);
    this.#gate.dropAll(uniqueName);
  }
}

function holdsSecret(signature: string | undefined): boolean {
  return signature?.includes('(oayays)') === true;
}

// Gathers what daemons tell about their objects until a reader takes it: one event per object and
// kind of change, in the order in which objects were first told about. No clock, no sockets.

import { MAX_QUEUED_EVENTS } from '../limits.ts';
import { collectionPathOf, isAliasPath } from '../protocol/names.ts';

/** What can happen to a collection or an item. */
export type ServiceEventType =
  | 'collection-created'
  | 'collection-deleted'
  | 'collection-changed'
  | 'item-created'
  | 'item-deleted'
  | 'item-changed';

/** One change. */
export interface ServiceEvent {
  readonly type: ServiceEventType;
  /** The object that changed. */
  readonly path: string;
  /** The collection that changed, or that the item lies in. */
  readonly collectionPath: string;
  /** Whether this program caused it. */
  readonly isOwn: boolean;
}

/** The signals that count; others of the same interfaces are none of the specification's. */
const TYPES: ReadonlyMap<string, ServiceEventType> = new Map([
  ['CollectionCreated', 'collection-created'],
  ['CollectionDeleted', 'collection-deleted'],
  ['CollectionChanged', 'collection-changed'],
  ['ItemCreated', 'item-created'],
  ['ItemDeleted', 'item-deleted'],
  ['ItemChanged', 'item-changed'],
]);

/** The changes that wait for a reader. */
export class EventBatch {
  #events = new Map<string, ServiceEvent>();
  #wake: (() => void) | undefined;
  #end: { readonly error: Error | undefined } | undefined;

  /** Takes in one signal; what is not a change of an object is left out. */
  add(signal: { readonly member: string; readonly path: unknown }): void {
    const type = TYPES.get(signal.member);
    const { path } = signal;
    // @rule secret/alias-events-dropped quirk#P3
    if (type === undefined || typeof path !== 'string' || isAliasPath(path)) return;
    const isItem = type.startsWith('item-');
    const event = {
      type,
      path,
      collectionPath: isItem ? collectionPathOf(path) : path,
      isOwn: false,
    };
    this.#merge(event);
    this.#wake?.();
  }

  /** Ends it, once, with an error if there is one: what waits can still be taken. */
  end(error?: Error): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  /** Resolves with true when something waits, with false when nothing will; throws the end's error. */
  async waiting(): Promise<boolean> {
    while (this.#events.size === 0) {
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return false;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return true;
  }

  /** Takes what waits. */
  take(): ServiceEvent[] {
    const events = [...this.#events.values()];
    this.#events = new Map();
    return events;
  }

  // @rule secret/events-coalesced quirk#P3
  #merge(event: ServiceEvent): void {
    const created = `created ${event.path}`;
    const changed = `changed ${event.path}`;
    const deleted = `deleted ${event.path}`;
    if (event.type.endsWith('-changed')) {
      // A change of what is new anyway says nothing more.
      if (!this.#events.has(created) && !this.#events.has(changed)) this.#put(changed, event);
    } else if (event.type.endsWith('-created')) {
      if (!this.#events.has(created)) this.#put(created, event);
    } else {
      this.#events.delete(changed);
      // Made and gone again before anyone looked: nothing happened.
      const isNew = this.#events.delete(created);
      if (!isNew && !this.#events.has(deleted)) this.#put(deleted, event);
    }
  }

  #put(key: string, event: ServiceEvent): void {
    if (this.#events.size >= MAX_QUEUED_EVENTS) {
      const [oldest] = this.#events.keys();
      if (oldest !== undefined) this.#events.delete(oldest);
    }
    this.#events.set(key, event);
  }
}

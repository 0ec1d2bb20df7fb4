// Items in this process's memory, for tests and for programs that must not keep anything. Wiped when
// an item is deleted or the store is closed.

import { keyringError } from '../errors.ts';
import type {
  AttributeStore,
  FindQuery,
  ItemUpdate,
  NewItem,
  StoreEvent,
  StoreItem,
} from '../types/attribute-store.ts';
import type { BackendOptions, BackendStatus } from '../types/backend.ts';
import { EventQueue } from './event-queue.ts';

interface MemoryItem extends StoreItem {
  readonly secret: Uint8Array<ArrayBuffer>;
}

export class MemoryStore implements AttributeStore {
  readonly #items = new Map<string, MemoryItem>();
  readonly #followers = new Set<EventQueue<StoreEvent>>();
  readonly #now: () => number;
  #nextId = 0;
  #isClosed = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  isAddition(): boolean {
    return false;
  }

  async find(query: FindQuery): Promise<readonly StoreItem[]> {
    this.#assertOpen();
    return [...this.#items.values()].filter(
      ({ attributes }) =>
        [...query.attributes].every(([name, value]) => attributes.get(name) === value) &&
        query.accepts(attributes),
    );
  }

  async read(items: readonly StoreItem[]): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    this.#assertOpen();
    const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const { id } of items) {
      const secret = this.#items.get(id)?.secret;
      if (secret !== undefined) secrets.set(id, secret.slice());
    }
    return secrets;
  }

  async create(item: NewItem): Promise<void> {
    this.#assertOpen();
    const id = String(this.#nextId);
    this.#nextId += 1;
    const createdMs = this.#now();
    this.#items.set(id, {
      id,
      label: item.label,
      attributes: new Map(item.attributes),
      createdMs,
      modifiedMs: createdMs,
      secret: Uint8Array.from(item.secret),
    });
    this.#tell('created', id, item.attributes);
  }

  async update(item: StoreItem, update: ItemUpdate): Promise<boolean> {
    this.#assertOpen();
    const old = this.#items.get(item.id);
    if (old === undefined) return false;
    this.#items.set(item.id, {
      ...old,
      label: update.label ?? old.label,
      modifiedMs: this.#now(),
      secret: Uint8Array.from(update.secret),
    });
    old.secret.fill(0);
    this.#tell('changed', old.id, old.attributes);
    return true;
  }

  async remove(item: StoreItem): Promise<boolean> {
    this.#assertOpen();
    const old = this.#items.get(item.id);
    old?.secret.fill(0);
    if (old === undefined || !this.#items.delete(item.id)) return false;
    this.#tell('deleted', old.id, old.attributes);
    return true;
  }

  async status(): Promise<BackendStatus> {
    return {
      state: 'ready',
      isPersistent: false,
      isEncrypted: false,
      description: 'the memory of this process: gone when it ends',
    };
  }

  events(options: BackendOptions): AsyncIterable<StoreEvent> {
    const queue = new EventQueue<StoreEvent>(options.signal, (ended) =>
      this.#followers.delete(ended),
    );
    if (!queue.isEnded) this.#followers.add(queue);
    return queue;
  }

  translate(error: unknown): unknown {
    return error;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { secret } of this.#items.values()) secret.fill(0);
    this.#items.clear();
    for (const queue of this.#followers) queue.end();
  }

  #tell(type: StoreEvent['type'], id: string, attributes: ReadonlyMap<string, string>): void {
    for (const queue of this.#followers) queue.push({ type, id, attributes, isOwn: true });
  }

  #assertOpen(): void {
    if (this.#isClosed) throw keyringError('closed', 'backend memory');
  }
}

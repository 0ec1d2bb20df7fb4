/** A store that forgets everything with the process. Seeded, it is a test double with fixed ids. */

import { DEFAULT_ALIAS, SESSION_ALIAS } from '../api/names.ts';
import { systemSeconds } from '../io/system-clock.ts';
import type { Clock } from '../types/clock.ts';
import { parseSeed, type Seed, type SeedCollection } from './seed.ts';
import type { PromptScript, SecretStore, StoredCollection, StoredItem } from './store.ts';

/** The seed of a store nobody seeded: one unlocked collection behind the default alias. */
const EMPTY_SEED: Seed = {
  collections: [{ id: 'login', label: 'Login', aliases: [DEFAULT_ALIAS], items: [] }],
};

/**
 * Makes a store in memory.
 *
 * @param seed what it holds at first, in the form of docs/PROVIDER.md, "Seed"; by default an empty,
 *   unlocked collection with the alias `default`
 * @throws {@link SeedError} naming the place in the seed that is wrong
 */
export function memoryStore(seed?: unknown, clock: Clock = systemSeconds): SecretStore {
  return new MemoryStore(seed === undefined ? EMPTY_SEED : parseSeed(seed), clock);
}

class MemoryStore implements SecretStore {
  readonly isPersistent = false;
  readonly needsPassword = false;
  readonly #collections = new Map<string, MemoryCollection>();
  readonly #aliases = new Map<string, string>();
  readonly #hasOwnSession: boolean = false;
  readonly #clock: Clock;

  constructor(seed: Seed, clock: Clock) {
    this.#clock = clock;
    for (const each of seed.collections) {
      this.#collections.set(each.id, new MemoryCollection(each, clock));
      for (const alias of each.aliases ?? []) this.#aliases.set(alias, each.id);
    }
    if (!this.#aliases.has(SESSION_ALIAS) && !this.#collections.has(SESSION_ALIAS)) {
      const session = { id: SESSION_ALIAS, label: 'Session', items: [] };
      this.#collections.set(SESSION_ALIAS, new MemoryCollection(session, clock));
      this.#aliases.set(SESSION_ALIAS, SESSION_ALIAS);
      this.#hasOwnSession = true;
    }
  }

  dropOwnSession(): void {
    if (!this.#hasOwnSession) return;
    this.#collections.delete(SESSION_ALIAS);
    this.#aliases.delete(SESSION_ALIAS);
  }

  collections(): readonly StoredCollection[] {
    return [...this.#collections.values()];
  }

  collection(id: string): StoredCollection | undefined {
    return this.#collections.get(id);
  }

  async createCollection(id: string, label: string): Promise<StoredCollection> {
    const collection = new MemoryCollection({ id, label, items: [] }, this.#clock);
    this.#collections.set(id, collection);
    return collection;
  }

  async deleteCollection(id: string): Promise<void> {
    this.#collections.get(id)?.wipe();
    this.#collections.delete(id);
    for (const [alias, target] of [...this.#aliases]) {
      if (target === id) this.#aliases.delete(alias);
    }
  }

  aliases(): ReadonlyMap<string, string> {
    return this.#aliases;
  }

  async setAlias(alias: string, collectionId: string | undefined): Promise<void> {
    if (collectionId === undefined) this.#aliases.delete(alias);
    else this.#aliases.set(alias, collectionId);
  }

  async close(): Promise<void> {
    for (const collection of this.#collections.values()) collection.wipe();
  }
}

class MemoryCollection implements StoredCollection {
  readonly id: string;
  label: string;
  isLocked: boolean;
  readonly needsPassword = false;
  readonly created: number;
  modified: number;
  readonly promptScript: PromptScript | undefined;
  readonly #items = new Map<string, StoredItem>();
  readonly #clock: Clock;

  constructor(seed: SeedCollection, clock: Clock) {
    this.#clock = clock;
    this.id = seed.id;
    this.label = seed.label;
    this.isLocked = seed.locked ?? false;
    this.promptScript = seed.prompt;
    this.created = clock();
    this.modified = this.created;
    for (const item of seed.items) {
      const created = item.created ?? this.created;
      this.#items.set(item.id, { ...item, created, modified: item.modified ?? created });
    }
  }

  items(): readonly StoredItem[] {
    return [...this.#items.values()];
  }

  item(id: string): StoredItem | undefined {
    return this.#items.get(id);
  }

  async putItem(item: StoredItem): Promise<string> {
    const old = this.#items.get(item.id);
    if (old !== undefined && old.secret !== item.secret) old.secret.fill(0);
    this.#items.set(item.id, item);
    this.modified = this.#clock();
    return item.id;
  }

  async deleteItem(id: string): Promise<void> {
    this.#items.get(id)?.secret.fill(0);
    this.#items.delete(id);
    this.modified = this.#clock();
  }

  async setLabel(label: string): Promise<void> {
    this.label = label;
    this.modified = this.#clock();
  }

  async lock(): Promise<void> {
    this.isLocked = true;
  }

  async unlock(): Promise<boolean> {
    this.isLocked = false;
    return true;
  }

  wipe(): void {
    for (const item of this.#items.values()) item.secret.fill(0);
  }
}

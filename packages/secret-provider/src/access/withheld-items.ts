/**
 * Items that a person has to let each client read, as one daemon has it (docs/QUIRKS.md, P8): where the
 * policy would ask, such an item is locked for that client alone, until an Unlock of it is allowed. The
 * leave is used up by one GetSecret.
 */
import { itemPath } from '../api/names.ts';
import type { StoredCollection, StoredItem } from '../stores/store.ts';

export interface WithheldSurroundings {
  /** Whether the profile has it so. */
  readonly confirmsAccess: boolean;
  /** Whether the policy would ask a person about this client reading this item. */
  readonly wouldAsk: (
    caller: string,
    target: { readonly collection: StoredCollection; readonly item: StoredItem },
  ) => Promise<boolean>;
}

export class WithheldItems {
  readonly #surroundings: WithheldSurroundings;
  /** By client, the paths of items that it may read once. */
  readonly #admitted = new Map<string, Set<string>>();

  constructor(surroundings: WithheldSurroundings) {
    this.#surroundings = surroundings;
  }

  async has(caller: string, collection: StoredCollection, item: StoredItem): Promise<boolean> {
    const { confirmsAccess, wouldAsk } = this.#surroundings;
    if (!confirmsAccess || collection.isLocked) return false;
    if (this.#admitted.get(caller)?.has(itemPath(collection.id, item.id))) return false;
    return await wouldAsk(caller, { collection, item });
  }

  admit(caller: string, path: string): void {
    const paths = this.#admitted.get(caller) ?? new Set();
    this.#admitted.set(caller, paths.add(path));
  }

  /** Uses up a client's leave; false when it has none. */
  take(caller: string, path: string): boolean {
    return this.#admitted.get(caller)?.delete(path) ?? false;
  }

  /** The connections that have leave to read something. */
  owners(): Iterable<string> {
    return this.#admitted.keys();
  }

  dropAll(caller?: string): void {
    if (caller === undefined) this.#admitted.clear();
    else this.#admitted.delete(caller);
  }
}

/**
 * A cache for what a peer can name: it never holds more than two generations of `capacity`
 * entries, and what is used often survives. A hit in the young generation is one Map lookup,
 * which a true LRU (delete and insert at each hit) is not.
 */
export class BoundedCache<V> {
  readonly #capacity: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const survivor = this.#old.get(key);
    if (survivor !== undefined) this.set(key, survivor);
    return survivor;
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** How many entries are held, of both generations. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}

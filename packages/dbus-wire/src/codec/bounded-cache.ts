/**
 * A cache for what a peer can name. When it is full it starts anew: what is used often is soon back,
 * and a hit is one Map lookup.
 */
export class BoundedCache<V> {
  readonly #capacity: number;
  readonly #entries = new Map<string, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  /** Keeps a value and returns it. */
  set(key: string, value: V): V {
    if (this.#entries.size >= this.#capacity) this.#entries.clear();
    this.#entries.set(key, value);
    return value;
  }

  /** How many entries are held. */
  get size(): number {
    return this.#entries.size;
  }
}

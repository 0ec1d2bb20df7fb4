/**
 * A bounded queue between the connection, which never waits, and a reader that may be slow. When
 * it is full the oldest entry is dropped and counted: the newest tells the present state.
 */

/** Entries wait here until the reader takes them; one reader at a time. */
export class SignalQueue<T extends object> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #onReturn: () => void;
  #entries: T[] = [];
  /** Entries before this one have been taken; shifting an array for each would cost O(n). */
  #head = 0;
  #dropped = 0;
  #end: { readonly error: Error | undefined } | undefined;
  #readers: ((result: IteratorResult<T> | Promise<IteratorResult<T>>) => void)[] = [];

  /**
   * @param limit entries that may wait, at least 1
   * @param onReturn called when the reader leaves its loop
   */
  constructor(limit: number, onReturn: () => void) {
    if (!(limit >= 1)) throw new RangeError(`limit: expected 1 or more, got ${limit}`);
    this.#limit = limit;
    this.#onReturn = onReturn;
  }

  /** How many entries were dropped because the reader was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds an entry. */
  push(entry: T): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value: entry });
      return;
    }
    // @rule connection/signal-queue-bounded keywire#resource-limits
    if (this.#entries.length - this.#head >= this.#limit) {
      this.#head++;
      this.#dropped++;
    }
    this.#compact();
    this.#entries.push(entry);
  }

  /** Adds no more; readers get what waits, then the end, or the error when there is one. */
  end(error: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const reader of this.#readers.splice(0)) reader(this.next());
  }

  async next(): Promise<IteratorResult<T>> {
    const value = this.#entries[this.#head];
    if (value !== undefined) {
      this.#head++;
      this.#compact();
      return { done: false, value };
    }
    if (this.#end === undefined) return new Promise((resolve) => this.#readers.push(resolve));
    if (this.#end.error !== undefined) throw this.#end.error;
    return { done: true, value: undefined };
  }

  /** Called by `for await` when its loop is left. */
  return(): Promise<IteratorResult<T>> {
    this.#entries = [];
    this.#head = 0;
    this.end(undefined);
    this.#onReturn();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}

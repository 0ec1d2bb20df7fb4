/**
 * A bounded queue between the connection, which never waits, and a reader that may be slow. When
 * it is full the oldest entry is dropped and counted: the newest tells the present state.
 */

import { atLeast } from '../codec/arguments.ts';

/** Entries wait here until the reader takes them; one reader at a time. */
export class SignalQueue<T extends object> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #ended: (error: Error | undefined) => void;
  #newest: T[] = [];
  /** Those whose turn is next, the first one last: shifting an array for each would cost O(n). */
  #oldest: T[] = [];
  #dropped = 0;
  #end: { readonly error: Error | undefined } | undefined;
  #readers: ((result: IteratorResult<T> | Promise<IteratorResult<T>>) => void)[] = [];

  /**
   * @param limit entries that may wait, at least 1
   * @param ended called once, when no more is added: somebody said so, or the reader left its loop
   */
  constructor(limit: number, ended: (error: Error | undefined) => void) {
    this.#limit = atLeast(1, 'limit', limit);
    this.#ended = ended;
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
    if (this.#oldest.length + this.#newest.length >= this.#limit) {
      this.#take();
      this.#dropped++;
    }
    this.#newest.push(entry);
  }

  /** Adds no more; readers get what waits, then the end, or the error when there is one. */
  end(error: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const reader of this.#readers.splice(0)) reader(this.next());
    this.#ended(error);
  }

  async next(): Promise<IteratorResult<T>> {
    const value = this.#take();
    if (value !== undefined) return { done: false, value };
    if (this.#end === undefined) return new Promise((resolve) => this.#readers.push(resolve));
    if (this.#end.error !== undefined) throw this.#end.error;
    return { done: true, value: undefined };
  }

  /** Called by `for await` when its loop is left. */
  return(): Promise<IteratorResult<T>> {
    this.#oldest = [];
    this.#newest = [];
    this.end(undefined);
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): T | undefined {
    if (this.#oldest.length === 0) {
      this.#oldest = this.#newest.reverse();
      this.#newest = [];
    }
    return this.#oldest.pop();
  }
}

/**
 * Answers the calls of one connection one after the other, as a service with one thread does: who
 * sends a write and a read without waiting in between reads what was written. Connections do not
 * wait for each other.
 */
export class CallOrder {
  /** The last call of each connection that is still under way. */
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs after all earlier ones of the same caller, whatever became of them. */
  run<T>(caller: string, answer: () => Promise<T>): Promise<T> {
    const earlier = this.#tails.get(caller);
    const result = earlier === undefined ? answer() : earlier.then(answer);
    // What failed is told to who made that call; the next one goes on.
    const tail: Promise<unknown> = result.then(ignore, ignore);
    this.#tails.set(caller, tail);
    void tail.then(() => {
      if (this.#tails.get(caller) === tail) this.#tails.delete(caller);
    });
    return result;
  }
}

function ignore(): void {}

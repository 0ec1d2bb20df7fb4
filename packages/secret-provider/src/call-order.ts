/**
 * Answers the calls of one connection one after the other, as a service with one thread does: who
 * sends a write and a read without waiting in between reads what was written. Connections do not
 * wait for each other, and one that sends without end gets one answer in a turn of the event loop, so
 * that the others get theirs.
 */
export class CallOrder {
  /** The last call of each connection that is still under way. */
  readonly #tails = new Map<string, Promise<unknown>>();

  readonly #nextTurn: () => Promise<void>;

  /** @param nextTurn resolves when everything else that is ready has had its turn */
  constructor(nextTurn: () => Promise<void>) {
    this.#nextTurn = nextTurn;
  }

  // @rule provider/callers-take-turns keywire#provider-limits
  /** Runs after all earlier ones of the same caller, whatever became of them. */
  run<T>(caller: string, answer: () => Promise<T>): Promise<T> {
    const earlier = this.#tails.get(caller);
    const result = earlier === undefined ? answer() : earlier.then(this.#nextTurn).then(answer);
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

/**
 * First come, first served among the callers of one process: only the first of them competes for
 * the file, so that they neither wake each other up nor mistake each other for other processes.
 */
export class InProcessQueue {
  /** For each key that somebody holds, those who wait, in the order of their coming. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /**
   * Resolves when every earlier caller of the same key has left; then one `leave` must follow. Who
   * gives up before its turn has come is taken out of the row, and is told by a rejection.
   */
  enter(key: string, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, []);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const takeTurn = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(takeTurn), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting.push(takeTurn);
    });
  }

  /** Lets the next caller of the key go on. */
  leave(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next === undefined) this.#waiting.delete(key);
    else next();
  }

  /** Tells whether somebody holds the key. */
  isHeld(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** How many keys somebody holds. */
  get size(): number {
    return this.#waiting.size;
  }
}

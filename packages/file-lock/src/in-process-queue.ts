/**
 * First come, first served among the callers of one process: only the first of them competes for
 * the file, so that they neither wake each other up nor mistake each other for other processes.
 */
export class InProcessQueue {
  /** For each key that somebody holds, those who wait, in the order of their coming. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /**
   * Resolves when every earlier caller of the same key has left. Each `enter` is followed by one
   * `leave` after its turn has come, also by a caller that has given up meanwhile.
   */
  enter(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, []);
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      waiting.push(resolve);
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

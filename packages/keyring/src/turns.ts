// Work that must not overlap, by name: each waits for the one before it, however that ended.

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work once everything of the same name that was begun earlier has settled. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    }
  }
}

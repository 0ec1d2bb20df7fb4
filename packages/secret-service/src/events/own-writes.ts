// Which events this program caused itself. Daemons send an event before they answer the call that
// caused it, so an event waits while a write of ours is under way, and is then compared with what
// the write touched. The wait is bounded: a prompt may stay open for minutes.

import type { Clock } from '../io/clock.ts';
import { collectionPathOf } from '../protocol/names.ts';

/** How long an event waits for a write of ours, in milliseconds. */
export const OWN_WRITE_WAIT_MS = 500;

/** How long after a write its events may still come, in milliseconds. */
export const OWN_WRITE_ECHO_MS = 100;

/** The writes of one service that are under way, and what the last ones touched. */
export class OwnWrites {
  readonly #clock: Clock;
  readonly #touched = new Map<string, number>();
  readonly #waiters = new Set<() => void>();
  #pending = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Marks a write as under way until it settles, and what it touched as ours. */
  async during<T>(
    write: () => Promise<T>,
    touchedBy: (result: T) => readonly string[],
  ): Promise<T> {
    this.#pending += 1;
    try {
      const result = await write();
      this.#forgetOld();
      for (const path of touchedBy(result)) this.#touched.set(path, this.#clock.now());
      return result;
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) for (const wake of [...this.#waiters]) wake();
    }
  }

  /** Whether an object was touched by a write of ours just now. */
  isOwn(path: string): boolean {
    this.#forgetOld();
    return this.#touched.has(path) || this.#touched.has(allItemsOf(collectionPathOf(path)));
  }

  /** Resolves when no write is under way, or when that takes too long. */
  settled(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        stop();
        this.#waiters.delete(wake);
        resolve();
      };
      const stop = this.#clock.after(OWN_WRITE_WAIT_MS, wake);
      this.#waiters.add(wake);
    });
  }

  #forgetOld(): void {
    const limit = this.#clock.now() - OWN_WRITE_ECHO_MS;
    for (const [path, atMs] of this.#touched) if (atMs < limit) this.#touched.delete(path);
  }
}

/** What a write touches that changes a collection and each of its items. */
export function allItemsOf(collectionPath: string): string {
  return `${collectionPath}/*`;
}

/**
 * Deadlines of many waiting things on one timer: the earliest deadline alone has a timer, and it
 * never keeps the process alive. Removing a deadline does not touch the timer, so that a call
 * answered in time costs no timer at all.
 */

import type { Clock } from '../transport/transport.ts';

/** Something that can run out of time. */
export interface Expiring {
  /** On the clock's scale; Infinity means never. */
  readonly deadline: number;
  expire(): void;
}

/** Timers of common runtimes hold at most 2^31 - 1 ms; later deadlines are looked at again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Expires what has run out of time. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #waiting = new Set<Expiring>();
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The moment that is `timeoutMs` from now, for {@link Expiring.deadline}. */
  after(timeoutMs: number): number {
    return this.#clock.now() + timeoutMs;
  }

  /** Watches a deadline until it expires; the result stops that. */
  add(entry: Expiring): () => void {
    this.#waiting.add(entry);
    if (entry.deadline < this.#timerAt) this.#arm(entry.deadline);
    return () => this.#waiting.delete(entry);
  }

  /** Forgets everything, without expiring it. */
  clear(): void {
    this.#waiting.clear();
    this.#arm(Number.POSITIVE_INFINITY);
  }

  /** Sets the timer; at infinity there is none. */
  #arm(at: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    // Timers fire on whole milliseconds and may be early by a fraction of one.
    const delayMs = Math.min(MAX_TIMER_MS, Math.max(0, Math.ceil(at - this.#clock.now())));
    this.#cancelTimer = this.#clock.schedule(delayMs, () => this.#fire());
  }

  #fire(): void {
    this.#arm(Number.POSITIVE_INFINITY);
    const now = this.#clock.now();
    for (const entry of [...this.#waiting]) {
      if (entry.deadline <= now && this.#waiting.delete(entry)) entry.expire();
    }
    // Only now: what expired may have removed others, or all of them.
    let next = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#waiting) next = Math.min(next, deadline);
    if (next < this.#timerAt) this.#arm(next);
  }
}

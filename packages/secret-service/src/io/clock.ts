// Time: the only place of this room that reads a clock or sets a timer.

/** Time as the rest of the room sees it; tests pass their own. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls back once after so many milliseconds, unless the returned function is called first. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back once, when what has arrived together has been worked through. */
  soon(callback: () => void): void;
}

/** The clock of the runtime. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  soon(callback) {
    setImmediate(callback);
  },
};

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

/** 2^31 - 1: about 25 days. Longer waits, and those without end, do not call back. */
const MAX_DELAY_MS = 0x7fff_ffff;

/** The clock of the runtime. */
export const systemClock: Clock = {
  now() {
    // Not `performance`, which a fresh Node takes 0.8 ms to load.
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  after(delayMs, callback) {
    // A timer of the runtime fires at once when it is asked to wait for longer than this.
    const timer = delayMs > MAX_DELAY_MS ? undefined : setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  soon(callback) {
    setImmediate(callback);
  },
};

/** The process's monotonic clock, with timers that never keep the process alive. */

import type { Clock } from '../transport.ts';

/** Time as this process sees it. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

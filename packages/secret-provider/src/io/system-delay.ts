/** The system's timer. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Delay } from '../types/clock.ts';

export const systemDelay: Delay = (delayMs, signal) => delay(delayMs, undefined, { signal });

/** The system's timer. */
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import type { Delay } from '../types/clock.ts';

export const systemDelay: Delay = (delayMs, signal) => delay(delayMs, undefined, { signal });

export async function nextTurn(): Promise<void> {
  await immediate();
}

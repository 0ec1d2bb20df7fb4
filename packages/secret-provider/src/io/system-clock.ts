/** The system's clock. */
import type { Clock } from '../types/clock.ts';

export const systemSeconds: Clock = () => Math.floor(Date.now() / 1000);

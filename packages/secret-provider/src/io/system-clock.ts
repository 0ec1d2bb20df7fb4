/** The system's clock. */
import type { Clock } from '../clock.ts';

export const systemSeconds: Clock = () => Math.floor(Date.now() / 1000);

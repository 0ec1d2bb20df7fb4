/**
 * What time it is, in two ways: by the clock that people set, and since this machine started, which
 * nobody can set. Times since the start mean something only within one start.
 */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** One moment, by every clock that there is. */
export interface Moment {
  /** Milliseconds since 1970, by the clock that can jump. */
  readonly nowMs: number;
  /** Milliseconds since the machine started, suspension included, to about a second. */
  readonly uptimeMs?: number | undefined;
  /** Random for each start of each machine; `uptimeMs` counts from that start. */
  readonly bootId?: string | undefined;
}

/** Tells what moment it is. */
export interface TokenClock {
  moment(): Moment;
}

let bootId: string | undefined;

/** Milliseconds since 1970, by the clock that can jump. */
export function nowMs(): number {
  return Date.now();
}

/** The clocks of this machine. */
export const systemClock: TokenClock = {
  moment(): Moment {
    bootId ??= readBootId('/proc/sys/kernel/random/boot_id');
    return { nowMs: nowMs(), uptimeMs: uptime() * 1000, bootId };
  },
};

/** Reads the start's id; `undefined` where the system has none, or a sandbox hides it. */
export function readBootId(file: string): string | undefined {
  try {
    const id = readFileSync(file, 'latin1').trim();
    // Nothing is the same as nothing, whatever start it was: an old token would seem to be fresh.
    // @rule token/no-boot-no-uptime keywire#token-cache
    return id === '' ? undefined : id;
  } catch {
    // Without it only the clock that can jump is left, which counts as less.
    return undefined;
  }
}

/** Timers count in 32 bits: one that is set for longer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What is longer than a timer can count, 24 days, never comes: `Infinity`. */
export function countable(ms: number): number {
  // @rule token/long-deadlines keywire#token-cache
  return ms > MAX_TIMER_MS ? Number.POSITIVE_INFINITY : ms;
}

/** A signal that fires after a time, and a way to call that off, so that no program waits for it. */
export function deadline(ms: number): { readonly signal: AbortSignal; cancel(): void } {
  const controller = new AbortController();
  const isNever = countable(ms) === Number.POSITIVE_INFINITY;
  const timer = isNever ? undefined : setTimeout(() => controller.abort(), ms);
  return { signal: controller.signal, cancel: () => clearTimeout(timer) };
}

/**
 * The lock of a cache: `<location>.lockfile`, the file that Python's and JavaScript's msal-extensions
 * lock as well. Held only while a cache is read again, merged and saved.
 *
 * Their locks say nothing of who still lives. Everyone who uses such a lock holds it briefly, and
 * Python's takes one that has stood for 5 seconds; so does ours, counted by watching it.
 */
import {
  type AcquireOptions,
  CrossProcessLock,
  checkOptionNames,
  isLockError,
} from '@keywire/file-lock';
import { createFolderOf, resolveLocation } from '../io/files.ts';

/** Where the lock lies, and how long to wait for it. */
export interface CacheLockOptions {
  /** Default: `<location>.lockfile`. */
  readonly lockLocation?: string | undefined;
  /** Default: 10,000 ms. */
  readonly lockTimeoutMs?: number | undefined;
  /** Ends the waiting of every call of what it is given to. */
  readonly signal?: AbortSignal | undefined;
}

export const CACHE_LOCK_NAMES: Readonly<Record<keyof CacheLockOptions, true>> = {
  lockLocation: true,
  lockTimeoutMs: true,
  signal: true,
};

const STRANGERS_LOCK_MS = 5000;

/**
 * The lock file of what is kept at a location.
 *
 * @throws `TypeError` for an option that there is not
 */
export function cacheLockPath(location: string, options: CacheLockOptions = {}): string {
  checkOptionNames('options', options, CACHE_LOCK_NAMES);
  const { lockLocation } = options;
  return lockLocation === undefined ? `${location}.lockfile` : resolveLocation(lockLocation);
}

/**
 * Takes the lock of what is kept at `location`; `await using` or `release()` gives it back.
 *
 * @throws `LockError` with code `timeout`, `aborted`, `symbolic-link`, `foreign-owner`, …
 */
export async function acquireCacheLock(
  location: string,
  options: CacheLockOptions = {},
): Promise<CrossProcessLock> {
  return CrossProcessLock.acquire(await placeOf(location, options), acquireOptions(options));
}

/**
 * Runs `body` while the lock is held. Before it saves something, `body` calls `lock.assertHeld()`.
 *
 * @throws what `body` throws, or `LockError`; with code `lock-lost` when another program broke in
 */
export async function withCacheLock<Result>(
  location: string,
  body: (lock: CrossProcessLock) => Promise<Result>,
  options: CacheLockOptions = {},
): Promise<Result> {
  return CrossProcessLock.run(await placeOf(location, options), body, acquireOptions(options));
}

/** How often a change is made anew when another program breaks the lock. */
const MAX_ATTEMPTS = 5;

/**
 * Makes a change anew when the lock is lost meanwhile. `work` must bear that it was saved already: the
 * loss may be noticed after that.
 *
 * @throws what `work` throws; `LockError` with code `lock-lost` when that happens again and again
 */
export async function despiteLosses<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isLost = isLockError(error) && error.code === 'lock-lost';
      if (!isLost || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function placeOf(location: string, options: CacheLockOptions): Promise<string> {
  const path = cacheLockPath(resolveLocation(location), options);
  await createFolderOf(path);
  return path;
}

function acquireOptions({ lockTimeoutMs, signal }: CacheLockOptions): AcquireOptions {
  return {
    abandonedAfterWatchingMs: STRANGERS_LOCK_MS,
    ...(lockTimeoutMs === undefined ? {} : { timeoutMs: lockTimeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/**
 * Waits for a lock, or for what its holder brings about: of many who wait, only the first needs the
 * lock if the holder succeeds.
 */
import { CrossProcessLock, isLockError, watchFile } from '@keywire/file-lock';
import { untilAborted } from '../abort.ts';
import { countable } from '../io/clock.ts';
import { aborted } from './token-store-error.ts';

/** How often to look where the file system tells of no changes. */
const LOOK_AGAIN_MS = 1000;

/**
 * Gives the lock, or the outcome that `look` finds after a change of the file at `location`.
 *
 * @param look - may take as long as a question to the user: its signal fires when all is given up, and
 * not for the lock, whose winner needs the answer as well
 * @param signal - ends the waiting, with a `TokenStoreError` of code `aborted`
 * @throws `LockError` with code `timeout` when neither came in time, and whatever `look` throws
 */
export async function lockOrOutcome<Outcome>(
  lockPath: string,
  location: string,
  timeoutMs: number,
  look: (signal: AbortSignal) => Promise<Outcome | undefined>,
  signal?: AbortSignal,
): Promise<CrossProcessLock | Outcome> {
  const free = await lockIfFree(lockPath);
  if (free !== undefined) return free;
  const stop = new AbortController();
  const givenUp = new AbortController();
  const onAbort = (): void => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  const how = { timeoutMs: countable(timeoutMs), signal: stop.signal };
  const locking = CrossProcessLock.acquire(lockPath, how);
  const watching = untilOutcome(location, () => look(givenUp.signal), stop.signal);
  let won: CrossProcessLock | Outcome | undefined;
  try {
    won = await Promise.race([locking, watching]);
  } catch (error) {
    givenUp.abort();
    if (signal?.aborted === true) throw aborted(signal);
    throw error;
  } finally {
    stop.abort();
    signal?.removeEventListener('abort', onAbort);
    const [lock] = await Promise.allSettled([locking, watching]);
    // Both came at once: the lock is for the next.
    if (lock.status === 'fulfilled' && lock.value !== won) await lock.value.release();
  }
  if (won === undefined && signal?.aborted === true) throw aborted(signal);
  if (won === undefined) throw new Error('internal error: stopped watching before the lock came');
  return won;
}

async function lockIfFree(lockPath: string): Promise<CrossProcessLock | undefined> {
  try {
    return await CrossProcessLock.acquire(lockPath, { timeoutMs: 0 });
  } catch (error) {
    if (isLockError(error) && error.code === 'timeout') return undefined;
    throw error;
  }
}

async function untilOutcome<Outcome>(
  location: string,
  look: () => Promise<Outcome | undefined>,
  stop: AbortSignal,
): Promise<Outcome | undefined> {
  const watcher = watchFile(location);
  try {
    // The first look is for what came before the watching began.
    for (;;) {
      // @rule token/look-ends keywire#token-cache
      const outcome = await untilAborted(look(), stop, aborted);
      if (outcome !== undefined || stop.aborted) return outcome;
      await watcher.changed(LOOK_AGAIN_MS, stop);
      if (stop.aborted) return undefined;
    }
  } finally {
    watcher.close();
  }
}

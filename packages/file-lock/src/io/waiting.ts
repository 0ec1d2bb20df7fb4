/** Waiting: deadlines, and changes of a file. */
import { watch } from 'node:fs';
import path from 'node:path';

/** Ends waiting, by time or by the caller's own signal. */
export interface Deadline {
  /** Aborted when it is time, or when the caller's signal is. */
  readonly signal: AbortSignal;
  /** True when time ran out. */
  readonly hasExpired: boolean;
  /** Lets time run out now. */
  expire(): void;
  /** Stops counting. */
  clear(): void;
}

/** Starts a deadline; with 0 or `Infinity` only `expire` and the signal end it. */
export function startDeadline(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const state = { hasExpired: false };
  const expire = (): void => {
    state.hasExpired = true;
    controller.abort();
  };
  const isTimed = timeoutMs > 0 && timeoutMs < Number.POSITIVE_INFINITY;
  const timer = isTimed ? setTimeout(expire, timeoutMs) : undefined;
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    get hasExpired() {
      return state.hasExpired;
    },
    expire,
    clear(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}

/** Tells of changes of one file. */
export interface ChangeWatcher {
  /** Resolves at the next change since the last call, after `delayMs`, or when `stop` is aborted. */
  changed(delayMs: number, stop: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * Watches the folder for a file that comes and goes. Where watching is not to be had (a network
 * file system, no inotify instances left), only the delay wakes the waiter.
 */
export function watchFile(file: string, watchFolder: WatchFolder = watch): ChangeWatcher {
  const name = path.basename(file);
  let hasChanged = false;
  const wake = new EventTarget();
  const notice = (): void => {
    hasChanged = true;
    wake.dispatchEvent(new Event('change'));
  };
  const watcher = startWatching(watchFolder, path.dirname(file), (changedName) => {
    if (changedName === null || changedName === name) notice();
  });
  return {
    changed(delayMs, stop) {
      return new Promise((resolve) => {
        const done = (): void => {
          hasChanged = false;
          clearTimeout(timer);
          wake.removeEventListener('change', done);
          stop.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, hasChanged || stop.aborted ? 0 : delayMs);
        wake.addEventListener('change', done);
        stop.addEventListener('abort', done);
      });
    },
    close(): void {
      watcher?.close();
    },
  };
}

/** As `watch` of node:fs is used here. */
export type WatchFolder = (
  folder: string,
  listener: (event: string, name: string | null) => void,
) => FolderWatch;

interface FolderWatch {
  on(event: 'error', listener: () => void): unknown;
  close(): void;
}

function startWatching(
  watchFolder: WatchFolder,
  folder: string,
  onChange: (name: string | null) => void,
): FolderWatch | undefined {
  try {
    const watcher = watchFolder(folder, (_event, name) => onChange(name));
    // The delay still wakes the waiter.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // The system has no more watches to give, or none for this folder: the delay wakes the waiter.
    return undefined;
  }
}

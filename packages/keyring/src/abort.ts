// Waiting that a caller's AbortSignal can end.

import { keyringError } from './errors.ts';

/** Rejects with code `aborted` when the signal has fired already. */
export function throwIfAborted(signal: AbortSignal | undefined, subject: string): void {
  if (signal?.aborted === true) throw keyringError('aborted', subject, { cause: signal.reason });
}

/** Settles as the promise does, or rejects with code `aborted` when the signal fires first. */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  subject: string,
): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) {
    // Nobody waits for it any more: how it ends is of no interest.
    promise.catch(() => {});
    throwIfAborted(signal, subject);
  }
  let stop = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(keyringError('aborted', subject, { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}

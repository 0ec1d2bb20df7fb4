// Waiting that an AbortSignal can end, for promises that belong to several callers.

import { type SecretServiceError, secretServiceError } from './errors.ts';

/**
 * Waits for a promise until a signal fires; the promise itself goes on for others.
 *
 * @throws {@link AbortedError} with code `aborted`, and the signal's reason as its cause.
 */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  subject: string,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortedError(signal, subject));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Checks a signal between two steps.
 *
 * @throws {@link AbortedError} with code `aborted`.
 */
export function throwIfAborted(signal: AbortSignal | undefined, subject: string): void {
  if (signal?.aborted === true) throw abortedError(signal, subject);
}

function abortedError(signal: AbortSignal, subject: string): SecretServiceError {
  return secretServiceError('aborted', subject, { cause: signal.reason });
}

// Waiting that an AbortSignal can end, for promises that belong to several callers.

import { onAbort } from '@keywire/dbus-wire';
import { type SecretServiceError, secretServiceError } from './errors/errors.ts';

/**
 * Waits for a promise until a signal fires; the promise itself goes on for others.
 *
 * @throws {@link AbortedError} with code `aborted`, and the signal's reason as its cause;
 * {@link InvalidArgumentError} for a signal that is none.
 */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  subject: string,
): Promise<T> {
  if (signal === undefined) return promise;
  if (typeof signal?.addEventListener !== 'function') {
    promise.catch(() => {});
    return Promise.reject(
      secretServiceError('invalid-argument', 'signal', { detail: 'expected an AbortSignal' }),
    );
  }
  if (signal.aborted) {
    // Nobody looks at it any more: what it fails with later must not end the process.
    promise.catch(() => {});
    return Promise.reject(abortedError(signal, subject));
  }
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(abortedError(signal, subject)));
    promise.then(resolve, reject).finally(stop);
  });
}

function abortedError(signal: AbortSignal, subject: string): SecretServiceError {
  return secretServiceError('aborted', subject, { cause: signal.reason });
}

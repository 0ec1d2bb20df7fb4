/** Waiting that a caller's AbortSignal can end. */
import { PersistenceError } from './errors.ts';

/** What a call that can wait may be given. */
export interface CallOptions {
  /** Ends the waiting, with code `aborted`; what has begun to be changed is changed. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws {@link PersistenceError} with code `aborted` when the signal has fired already */
export function throwIfAborted(location: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedAt(location)(signal);
}

/** Makes the error of a persistence for a signal that has fired. */
export function abortedAt(location: string): (signal: AbortSignal) => PersistenceError {
  return (signal) => {
    const expectation = 'expected to go on, but the signal was aborted';
    return new PersistenceError('aborted', location, expectation, { cause: signal.reason });
  };
}

/** Gives up waiting when the caller does; what is under way goes on. */
export function untilAborted<Result>(
  waiting: Promise<Result>,
  signal: AbortSignal | undefined,
  errorOf: (signal: AbortSignal) => Error,
): Promise<Result> {
  if (signal === undefined) return waiting;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(errorOf(signal));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A signal that fires with the first of those given. */
export function anySignal(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return AbortSignal.any([one, other]);
}

/**
 * Waiting for an AbortSignal: one listener a signal, however many calls wait for it. Node takes more
 * than ten for a leak and says so on stderr, and one signal for a whole operation is the usual case.
 * https://dom.spec.whatwg.org/#interface-AbortSignal
 */

import { wrongArgument } from './codec/arguments.ts';

/** Those who wait for one signal; as a listener it needs no closure. */
class Waiting {
  readonly callbacks: Set<() => void> = new Set();

  handleEvent(): void {
    for (const callback of [...this.callbacks]) callback();
  }
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Refuses what cannot be waited for, before anything is begun that would have to be undone.
 *
 * @throws TypeError
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined || signal === null) return;
  if (typeof signal.addEventListener !== 'function') {
    throw wrongArgument('signal', 'an AbortSignal', signal);
  }
}

/** Calls back when the signal aborts, which it must not have yet; the result gives that up. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiting = waitingFor.get(signal) ?? new Waiting();
  const { callbacks } = waiting;
  if (callbacks.size === 0) {
    waitingFor.set(signal, waiting);
    signal.addEventListener('abort', waiting);
  }
  callbacks.add(callback);
  return () => {
    // A listener that stays would keep signals made by `AbortSignal.any` alive.
    if (callbacks.delete(callback) && callbacks.size === 0) {
      signal.removeEventListener('abort', waiting);
    }
  };
}

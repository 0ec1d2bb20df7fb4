/**
 * Ctrl-C and requests to end: the first one aborts what is under way, so that a dialog of the
 * keyring is taken back and the terminal restored; a second one ends the process at once.
 */
import { setMaxListeners } from 'node:events';
import process from 'node:process';

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

export interface EndRequest {
  readonly signal: AbortSignal;
  /** 128 + N after signal N arrived, as a shell reports it; else `undefined`. */
  readonly exitCode: () => number | undefined;
}

export function listenForEnd(): EndRequest {
  const controller = new AbortController();
  // A listing waits for hundreds of replies at once, each of which listens: that is no leak.
  setMaxListeners(0, controller.signal);
  let exitCode: number | undefined;
  for (const [name, number] of Object.entries(SIGNAL_NUMBERS)) {
    process.once(name, () => {
      exitCode = 128 + number;
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}

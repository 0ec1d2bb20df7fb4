/**
 * Ctrl-C and requests to end: the first one aborts what is under way, so that a dialog of the
 * keyring is taken back and the terminal restored; a second one ends the process at once.
 * A command that runs another one, or serves, takes them over for that time.
 */
import process from 'node:process';

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

export type EndSignal = keyof typeof SIGNAL_NUMBERS;

const END_SIGNALS: readonly EndSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

export interface EndRequest {
  readonly signal: AbortSignal;
  /** 128 + N after signal N arrived, as a shell reports it; else `undefined`. */
  readonly exitCode: () => number | undefined;
  /**
   * From now on signals are somebody else's, and end nothing here.
   *
   * @returns what gives them back
   */
  readonly handOver: (taker: (name: EndSignal) => void) => () => void;
}

export interface EndListener extends EndRequest {
  /** From now on a signal ends the process at once, whatever it is doing. */
  readonly letGo: () => void;
}

export function listenForEnd(): EndListener {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let taker: ((name: EndSignal) => void) | undefined;
  const arrived = (name: EndSignal): void => {
    if (taker !== undefined) {
      taker(name);
      return;
    }
    process.off(name, arrived);
    exitCode = 128 + SIGNAL_NUMBERS[name];
    controller.abort();
  };
  for (const name of END_SIGNALS) process.on(name, arrived);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    handOver(next) {
      taker = next;
      return () => {
        taker = undefined;
      };
    },
    letGo() {
      for (const name of END_SIGNALS) process.off(name, arrived);
    },
  };
}

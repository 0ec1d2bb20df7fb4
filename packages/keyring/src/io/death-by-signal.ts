/**
 * What has to be put right before a signal ends the process: a terminal without echo would stay so
 * for whoever uses it next. Node puts it right for some signals and not for others.
 */
import process from 'node:process';

const ENDING_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;

/**
 * Until it is called off, a signal that ends the process does so after `putRight`. A program that
 * listens to the signal itself decides what becomes of it, and nothing is done here.
 *
 * @returns what calls it off
 */
export function beforeDeathBySignal(putRight: () => void): () => void {
  // One that listens for one time is no longer counted once the signal is there.
  const unheard = ENDING_SIGNALS.filter((name) => process.listenerCount(name) === 0);
  const listeners = unheard.map((name) => {
    const arrived = (): void => {
      // The program has begun to listen meanwhile.
      if (process.listenerCount(name) > 1) return;
      putRight();
      callOff();
      process.kill(process.pid, name);
    };
    process.on(name, arrived);
    return { name, arrived };
  });
  const callOff = (): void => {
    for (const { name, arrived } of listeners) process.off(name, arrived);
  };
  return callOff;
}

/** Tells a person, once and on a terminal, why nothing happens: the prompt may be on another screen. */
import { tell } from '../terminal/tell.ts';
import { isTerminal } from '../terminal/terminal.ts';

/** After this long a person is told what the wait may be about. */
const PATIENCE_MS = 3000;

export async function whileWaiting<T>(operation: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    if (!isTerminal('stderr')) return;
    tell('waiting for the keyring, which may be showing a prompt; Ctrl-C gives up');
  }, PATIENCE_MS);
  try {
    return await operation;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What a command leaves behind. A failure may leave a prompt or a call, which closing takes back. After
 * a success nothing is under way: the end of the process ends the connection, and the daemon the
 * session with it, 3 ms sooner than a farewell on the bus would.
 */
import { ExitCode } from './exit-code.ts';
import type { Outcome } from './types/outcome.ts';

/** Something that a command has opened. */
export interface Opened {
  close(): Promise<void>;
}

/** Gives the outcome of `use`; closes what it has opened by then, unless the outcome is a success. */
export async function closeAfter(
  use: () => Promise<Outcome>,
  opened: () => Opened | undefined,
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  try {
    outcome = await use();
    return outcome;
  } finally {
    if (outcome?.code !== ExitCode.DONE) await opened()?.close();
  }
}

/** The option `--timeout`: seconds, as a number of milliseconds that a timer can hold. */
import { usageError } from '../output/cli-error.ts';
import type { Invocation } from '../types/command.ts';

/** Timers hold 31 bits of milliseconds; a longer wait would end at once. */
const MAX_TIMEOUT_SECONDS = 2_147_483;

/** @throws {@link CliError} with code `usage` */
export function timeoutMsOf({ values }: Invocation): number | undefined {
  const text = values.get('timeout');
  if (text === undefined) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : Number.NaN;
  // @rule cli/timeout-range keywire#waiting
  if (!(seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS)) {
    throw usageError(`--timeout takes seconds, more than 0 and at most ${MAX_TIMEOUT_SECONDS}`);
  }
  return Math.ceil(seconds * 1000);
}

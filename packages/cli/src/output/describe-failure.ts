/** Whatever was thrown, as an exit code and words; what describes other rooms' errors is loaded late. */
import { cliErrorIn } from './cli-error.ts';
import type { Failure } from './failure.ts';

export async function describeFailure(error: unknown): Promise<Failure> {
  const own = cliErrorIn(error);
  if (own !== undefined) return { code: own.exitCode, message: own.message, advice: '' };
  const { failureOf } = await import('./failure.ts');
  return failureOf(error);
}

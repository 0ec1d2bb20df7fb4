/** Whatever was thrown, as an exit code and words; what describes other rooms' errors is loaded late. */
import { CliError } from './cli-error.ts';
import type { Failure } from './failure.ts';

export async function describeFailure(error: unknown): Promise<Failure> {
  if (error instanceof CliError) {
    return { code: error.exitCode, message: error.message, advice: '' };
  }
  const { failureOf } = await import('./failure.ts');
  return failureOf(error);
}

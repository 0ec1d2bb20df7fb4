/**
 * Failures the CLI itself finds. Those of the keyring and of the bus come as errors of their own
 * rooms and are turned into an exit code and a line in failure.ts.
 * A message never holds an operand, an attribute, a label or a secret: a secret typed in the wrong
 * place must not reach a terminal's scroll-back or a CI log through our complaint about it.
 */
import { ExitCode } from '../exit-code.ts';

/** Why the CLI stopped before, or instead of, asking the keyring. */
export type CliErrorCode =
  | 'usage'
  | 'input-unreadable'
  | 'input-too-large'
  | 'no-input'
  | 'not-asked'
  | 'no-such-collection'
  | 'several-items'
  | 'wrong-password'
  | 'password-not-taken'
  | 'no-answer'
  | 'seed-invalid'
  | 'policy-invalid'
  | 'audit-unwritable'
  | 'store-unusable'
  | 'name-taken'
  | 'bus-not-started'
  | 'output-unwritable'
  | 'output-too-large'
  | 'untold'
  | 'withheld'
  | 'no-such-password'
  | 'not-text'
  | 'interrupted';

const EXIT_CODES: Readonly<Record<CliErrorCode, ExitCode>> = {
  usage: ExitCode.USAGE,
  'input-unreadable': ExitCode.USAGE,
  'input-too-large': ExitCode.USAGE,
  'no-input': ExitCode.USAGE,
  'not-asked': ExitCode.DISMISSED,
  'no-such-collection': ExitCode.NOT_FOUND,
  'several-items': ExitCode.OTHER,
  'wrong-password': ExitCode.DENIED,
  'password-not-taken': ExitCode.OTHER,
  'no-answer': ExitCode.UNAVAILABLE,
  'seed-invalid': ExitCode.USAGE,
  'policy-invalid': ExitCode.USAGE,
  'audit-unwritable': ExitCode.USAGE,
  'store-unusable': ExitCode.USAGE,
  'name-taken': ExitCode.UNAVAILABLE,
  'bus-not-started': ExitCode.UNAVAILABLE,
  'output-unwritable': ExitCode.USAGE,
  'output-too-large': ExitCode.OTHER,
  untold: ExitCode.OTHER,
  withheld: ExitCode.OTHER,
  'no-such-password': ExitCode.NOT_FOUND,
  'not-text': ExitCode.OTHER,
  interrupted: ExitCode.INTERRUPTED,
};

/** A failure with its line of text; `message` is for people, `code` for programs. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  get exitCode(): ExitCode {
    return EXIT_CODES[this.code];
  }
}

/** What the CLI itself found, also where a keyring wraps what asking for its password has thrown. */
export function cliErrorIn(error: unknown): CliError | undefined {
  if (error instanceof CliError) return error;
  return error instanceof Error && error.cause instanceof CliError ? error.cause : undefined;
}

/** Who pressed Ctrl-C, at a question or while waiting, knows why it ended: nothing is said of it. */
export function isInterrupted(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || cliErrorIn(error)?.code === 'interrupted';
}

/** Shorthand for the most frequent failure: the command line is not one we understand. */
export function usageError(message: string): CliError {
  return new CliError('usage', message);
}

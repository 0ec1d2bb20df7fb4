/** A hidden question, its failures told as the CLI's own: each has an exit code and a way out. */
import {
  isPromptError,
  MAX_HIDDEN_LINE_BYTES,
  type PromptErrorCode,
  readHidden as readHiddenLine,
} from '@keywire/keyring/prompt';
import { CliError } from '../../output/cli-error.ts';

/**
 * @param question - printable text, written as it is
 * @returns the line without its end, in a buffer that the caller wipes
 * @throws {@link CliError} with code `no-input` where there is no terminal, `not-asked` where it
 * was left unanswered, `interrupted` on Ctrl-C, `input-too-large`
 */
export async function readHidden(question: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await readHiddenLine(question, { signal });
  } catch (error) {
    if (isPromptError(error)) throw cliErrorOf(error.code, error.message);
    throw error;
  }
}

function cliErrorOf(code: PromptErrorCode, message: string): CliError {
  switch (code) {
    case 'no-terminal':
      return new CliError(
        'no-input',
        `a password or a secret is wanted: ${message}; "--help" behind the command shows how else to give it`,
      );
    case 'not-answered':
      return new CliError('not-asked', 'nothing was typed, nothing is done');
    case 'interrupted':
      return new CliError('interrupted', 'interrupted');
    case 'line-too-long':
      return new CliError(
        'input-too-large',
        `a line typed has at most ${MAX_HIDDEN_LINE_BYTES} bytes: give it by a pipe or a file`,
      );
  }
}

/**
 * Where a secret to be stored comes from: a file, a pipe, or a person at a terminal. It is decided
 * before the keyring is opened: wrong usage costs nothing, and nobody types a password only to
 * learn that there is nowhere to put it.
 */
import { CliError, usageError } from '../output/cli-error.ts';
import type { Invocation, OptionSpec } from '../types/command.ts';
import type { Host } from '../types/host.ts';

export const FILE_INPUT: OptionSpec = {
  name: 'file',
  short: 'f',
  value: 'F',
  summary: 'take the secret from a file',
};

export const ASK_INPUT: OptionSpec = {
  name: 'ask',
  summary: 'ask for the secret on the terminal even when stdin is a pipe',
};

export interface SecretInput {
  /** Somebody has to type it. */
  readonly isPerson: boolean;
  /** Reads it into a buffer that the caller wipes. */
  readonly read: (maxBytes: number) => Promise<Uint8Array>;
}

/** @throws {@link CliError} with code `usage` where there is nothing to read from */
export function secretInput(
  command: string,
  question: string,
  { flags, values }: Invocation,
  host: Host,
): SecretInput {
  const file = values.get('file');
  const askHidden: SecretInput = {
    isPerson: true,
    read: async () => {
      const typed = await host.readHidden(question);
      // Enter alone is pressed by people who think better of it; an empty secret comes from a pipe.
      // @rule cli/no-empty-by-accident keywire#secrets-and-arguments
      if (typed.length === 0) throw new CliError('not-asked', 'nothing was typed, nothing is done');
      return typed;
    },
  };
  if (file !== undefined) {
    if (flags.has('ask')) throw usageError(`${command}: --ask and --file exclude each other`);
    return { isPerson: false, read: (maxBytes) => host.readFile(file, maxBytes, '--file') };
  }
  if (flags.has('ask')) return askHidden;
  switch (host.stdinKind()) {
    case 'terminal':
      return askHidden;
    case 'data':
      // Whatever is read first would take all, and leave the other empty.
      if (values.get('password-fd') === '0') {
        throw usageError(`${command}: stdin cannot be both, the secret and --password-fd`);
      }
      return { isPerson: false, read: (maxBytes) => host.readStdin(maxBytes) };
    case 'nothing':
      // @rule cli/no-empty-by-accident keywire#secrets-and-arguments
      // A cron job or a closed descriptor would store an empty secret and exit 0.
      throw usageError(`${command}: stdin is /dev/null: pipe the secret, or use --file or --ask`);
  }
}

/**
 * `keywire exec`: a command with passwords in its environment, and only in its. All of them are read
 * before it is started: a command that runs with half of them is worse than one that does not run.
 */

import { withoutPassword } from '../arguments/password-options.ts';
import { passwordsPlan } from '../arguments/passwords-plan.ts';
import { CliError, usageError } from '../output/cli-error.ts';
import { decodeText } from '../output/content.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import type { Passwords } from '../types/passwords.ts';
import { commandOutcome } from './command-outcome.ts';

interface Variable {
  readonly name: string;
  readonly service: string;
  readonly username: string;
}

export async function exec(context: CommandContext): Promise<Outcome> {
  const { invocation, host, openPasswords } = context;
  const wanted = parseVariables(invocation.lists.get('env') ?? []);
  const passwords = await openPasswords(passwordsPlan(invocation, host));
  const variables: Record<string, string | undefined> = {
    ...withoutPassword(invocation, 'password'),
  };
  for (const variable of wanted) variables[variable.name] = await readValue(passwords, variable);
  await passwords.close();
  const end = await host.services.runWithVariables(variables, invocation.command);
  return commandOutcome(end, 'exec', invocation.command, host);
}

/** @throws {@link CliError} with code `usage`; what stands behind a name is never quoted */
function parseVariables(given: readonly string[]): readonly Variable[] {
  const variables = given.map((text, index) => {
    const match = /^([A-Za-z_]\w*)=(.+)\/([^/]+)$/su.exec(text);
    const [, name = '', service = '', username = ''] = match ?? [];
    if (match === null) {
      throw usageError(
        `exec: --env number ${index + 1}: expected NAME=SERVICE/USERNAME; the last slash separates the two`,
      );
    }
    return { name, service, username };
  });
  const names = new Set(variables.map(({ name }) => name));
  if (names.size < variables.length) throw usageError('exec: --env names one variable twice');
  return variables;
}

async function readValue(
  passwords: Passwords,
  { name, service, username }: Variable,
): Promise<string> {
  const secret = await passwords.get(service, username);
  if (secret === undefined) {
    throw new CliError('no-such-password', `exec: there is no password for ${name}`);
  }
  const text = decodeText(secret);
  secret.fill(0);
  // A variable ends at the first NUL: what the command saw would be another password.
  if (text !== undefined && !text.includes('\0')) return text;
  throw new CliError(
    'not-text',
    `exec: the password for ${name} is no text: a variable cannot hold it`,
  );
}

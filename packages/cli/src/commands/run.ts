/** `keywire run`: a command with a private bus and a keyring beside it, for as long as it runs. */

import { withoutPassword } from '../arguments/password-options.ts';
import { parseServiceOptions, readContent } from '../arguments/service-plan.ts';
import type { Command } from '../types/command.ts';
import { commandOutcome } from './command-outcome.ts';
import { exposureWarning } from './node-exposure.ts';

export const run: Command = async ({ invocation, host }) => {
  const { services } = host;
  const choices = parseServiceOptions(invocation);
  const plan = { ...choices, ...(await readContent(invocation, host)) };
  const warning = exposureWarning(services.nodeOptions);
  if (warning !== undefined) await services.tell('stderr', warning);
  const end = await services.runCommand(
    plan,
    invocation.command,
    withoutPassword(invocation, 'password'),
  );
  return commandOutcome(end, 'run', invocation.command, host);
};

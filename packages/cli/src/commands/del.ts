/** `keywire del`: removes a password, everything that `get` could have given for it. */

import { passwordsPlan } from '../arguments/passwords-plan.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../output/item-text.ts';
import { noSuchPassword } from '../output/nothing-found.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function del({ invocation, host, openPasswords }: CommandContext): Promise<Outcome> {
  const [service = '', username = ''] = invocation.words;
  const passwords = await openPasswords(passwordsPlan(invocation, host));
  const deleted = await passwords.delete(service, username);
  if (!invocation.flags.has('json')) {
    return deleted ? new Output().finish(ExitCode.DONE) : noSuchPassword(host);
  }
  const code = deleted ? ExitCode.DONE : ExitCode.NOT_FOUND;
  return new Output().out(jsonLine({ deleted })).finish(code);
}

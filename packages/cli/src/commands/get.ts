/** `keywire get`: a password by service and user name. */
import { secretAsJson } from '../content.ts';
import { jsonLine } from '../item-text.ts';
import { Output } from '../outcome.ts';
import { passwordsPlan } from '../passwords-plan.ts';
import { secretOutput } from '../secret-output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import { noSuchPassword } from './nothing-found.ts';

export async function get(context: CommandContext): Promise<Outcome> {
  const { invocation, host, openPasswords } = context;
  const { flags, words } = invocation;
  const [service = '', username = ''] = words;
  const passwords = await openPasswords(passwordsPlan(invocation, host));
  const secret = await passwords.get(service, username);
  if (secret === undefined) return noSuchPassword(host);
  if (!flags.has('json')) return secretOutput('get', secret, context);
  const { contentType: _, ...shown } = secretAsJson(
    { bytes: secret, contentType: '' },
    flags.has('base64'),
  );
  secret.fill(0);
  return new Output().out(jsonLine({ service, username, ...shown })).finish();
}

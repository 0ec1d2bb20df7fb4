/** `keywire get`: a password by service and user name. */

import { passwordsPlan } from '../arguments/passwords-plan.ts';
import { secretAsJson } from '../output/content.ts';
import { jsonLine } from '../output/item-text.ts';
import { noSuchPassword } from '../output/nothing-found.ts';
import { Output } from '../output/output.ts';
import { secretOutput } from '../output/secret-output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

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

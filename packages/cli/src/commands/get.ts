/** `keywire get`: a password by service and user name, byte for byte. */
import { encodeBase64 } from '../base64.ts';
import { secretAsJson } from '../content.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../item-text.ts';
import { type Outcome, Output } from '../outcome.ts';
import { passwordsPlan } from '../passwords-plan.ts';
import type { CommandContext } from '../types/command.ts';
import { noSuchPassword } from './nothing-found.ts';

export async function get({ invocation, host, openPasswords }: CommandContext): Promise<Outcome> {
  const { flags, words } = invocation;
  const [service = '', username = ''] = words;
  const passwords = await openPasswords(passwordsPlan(invocation, host));
  const secret = await passwords.get(service, username);
  if (secret === undefined) return noSuchPassword(host);
  const output = new Output();
  if (flags.has('json')) {
    const { contentType: _, ...shown } = secretAsJson(
      { bytes: secret, contentType: '' },
      flags.has('base64'),
    );
    secret.fill(0);
    return output.out(jsonLine({ service, username, ...shown })).finish(ExitCode.DONE);
  }
  output.out(flags.has('base64') ? encodeBase64(secret) : secret);
  if (flags.has('base64')) secret.fill(0);
  if (flags.has('base64') || host.isTerminal('stdout')) output.out('\n');
  return output.finish(ExitCode.DONE);
}

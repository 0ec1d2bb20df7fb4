/**
 * `keywire unlock`: with the keyring's own prompt, or with a password from where an option says,
 * which is never the command line.
 */

import { passwordSource, readPassword } from '../arguments/password-options.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function unlock(context: CommandContext): Promise<Outcome> {
  const { invocation, host, openKeyring } = context;
  const { flags, values } = invocation;
  const collection = values.get('collection');
  const isGiven = passwordSource(invocation, 'password') !== undefined;
  const request = { prefix: 'password', question: 'Password of the keyring: ', isNew: false };
  const password = isGiven ? await readPassword(invocation, host, request) : undefined;
  try {
    const keyring = await openKeyring();
    const unlocked = await keyring.unlock({ collection, password });
    const output = new Output();
    if (flags.has('json')) output.out(jsonLine({ unlocked }));
    return output.finish(ExitCode.DONE);
  } finally {
    password?.fill(0);
  }
}

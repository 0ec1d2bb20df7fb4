/** `keywire set`: a password from a pipe, a file or a hidden prompt, under service and user name. */

import { withoutFinalNewline } from '../arguments/newline.ts';
import { passwordsPlan } from '../arguments/passwords-plan.ts';
import { secretInput } from '../arguments/secret-input.ts';
import { ExitCode } from '../exit-code.ts';
import { usageError } from '../output/cli-error.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { oneLine } from '../output/printable.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import { MAX_SECRET_BYTES } from './store.ts';

export async function set({ invocation, host, openPasswords }: CommandContext): Promise<Outcome> {
  const [service = '', username = ''] = invocation.words;
  const question = `Password for '${oneLine(username)}' in '${oneLine(service)}': `;
  const input = secretInput('set', question, invocation, host);
  // Looked for first: nobody shall type a password that there is no place for.
  const passwords = await openPasswords(passwordsPlan(invocation, host));
  const read = await input.read(MAX_SECRET_BYTES);
  try {
    const secret = input.isPerson ? read : withoutFinalNewline(read);
    // A command in the pipe that failed, or a variable that is not set, would take the old one's place.
    // @rule cli/no-empty-by-accident keywire#secrets-and-arguments
    if (secret.length === 0) throw usageError('set: the password read is empty, and is not stored');
    await passwords.set(service, username, secret);
  } finally {
    read.fill(0);
  }
  const output = new Output();
  if (invocation.flags.has('json')) output.out(jsonLine({ stored: true }));
  return output.finish(ExitCode.DONE);
}

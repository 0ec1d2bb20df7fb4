/** `keywire lookup`: the secret of the first match, byte for byte. */
import { encodeBase64 } from '../base64.ts';
import { secretAsJson } from '../content.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../item-text.ts';
import { type Outcome, Output } from '../outcome.ts';
import type { CommandContext } from '../types/command.ts';
import { nothingFound } from './nothing-found.ts';

export async function lookup({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const { attributes, flags, values } = invocation;
  const keyring = await openKeyring();
  const secret = await keyring.lookup(attributes, { collection: values.get('collection') });
  if (secret === undefined) return nothingFound(host);
  const output = new Output();
  if (flags.has('json')) {
    output.out(jsonLine(secretAsJson(secret, flags.has('base64'))));
    secret.bytes.fill(0);
  } else if (flags.has('base64')) {
    output.out(encodeBase64(secret.bytes)).out('\n');
    secret.bytes.fill(0);
  } else {
    // @rule cli/lookup-bytes keywire#lookup
    output.out(secret.bytes);
    if (host.isTerminal('stdout')) output.out('\n');
  }
  return output.finish(ExitCode.DONE);
}

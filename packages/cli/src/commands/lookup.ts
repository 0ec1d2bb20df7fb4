/** `keywire lookup`: the secret of the first match. */
import { secretAsJson } from '../output/content.ts';
import { jsonLine } from '../output/item-text.ts';
import { nothingFound } from '../output/nothing-found.ts';
import { Output } from '../output/output.ts';
import { secretOutput } from '../output/secret-output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function lookup(context: CommandContext): Promise<Outcome> {
  const { attributes, flags, values } = context.invocation;
  const keyring = await context.openKeyring();
  const secret = await keyring.lookup(attributes, { collection: values.get('collection') });
  if (secret === undefined) return nothingFound(context.host);
  if (!flags.has('json')) return secretOutput('lookup', secret.bytes, context);
  const line = jsonLine(secretAsJson(secret, flags.has('base64')));
  secret.bytes.fill(0);
  return new Output().out(line).finish();
}

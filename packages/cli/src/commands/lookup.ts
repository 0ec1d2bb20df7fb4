/** `keywire lookup`: the secret of the first match. */
import { secretAsJson } from '../content.ts';
import { jsonLine } from '../item-text.ts';
import { Output } from '../outcome.ts';
import { secretOutput } from '../secret-output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import { nothingFound } from './nothing-found.ts';

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

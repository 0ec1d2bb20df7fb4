/** `keywire clear`: deletes all matches. */

import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../output/item-text.ts';
import { nothingFound } from '../output/nothing-found.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function clear({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const { attributes, flags, values } = invocation;
  const keyring = await openKeyring();
  const cleared = await keyring.clear(attributes, { collection: values.get('collection') });
  if (!flags.has('json')) {
    return cleared === 0 ? nothingFound(host) : new Output().finish(ExitCode.DONE);
  }
  const code = cleared === 0 ? ExitCode.NOT_FOUND : ExitCode.DONE;
  return new Output().out(jsonLine({ cleared })).finish(code);
}

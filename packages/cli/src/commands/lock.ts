/** `keywire lock`: silent when done, the exit code is its answer. */

import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function lock({ invocation, openKeyring }: CommandContext): Promise<Outcome> {
  const keyring = await openKeyring();
  const locked = await keyring.lock({ collection: invocation.values.get('collection') });
  const output = new Output();
  if (invocation.flags.has('json')) output.out(jsonLine({ locked }));
  return output.finish(ExitCode.DONE);
}

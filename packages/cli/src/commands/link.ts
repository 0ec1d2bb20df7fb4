/** `keywire link`: a link by whose name keywire is another program. */
import { usageError } from '../output/cli-error.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function link({ invocation, host }: CommandContext): Promise<Outcome> {
  const [folder = '', name = ''] = invocation.words;
  // A variable that is not set would make it in the folder of whoever runs this.
  if (folder === '') throw usageError('link: DIR is empty');
  const path = await host.makeLink(folder, name);
  const output = new Output();
  return output.out(invocation.flags.has('json') ? jsonLine({ path }) : `${path}\n`).finish();
}

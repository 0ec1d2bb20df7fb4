/** `keywire link`: a link by whose name keywire is another program. */
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function link({ invocation, host }: CommandContext): Promise<Outcome> {
  const [folder = '', name = ''] = invocation.words;
  const path = await host.makeLink(folder, name);
  const output = new Output();
  return output.out(invocation.flags.has('json') ? jsonLine({ path }) : `${path}\n`).finish();
}

/** `keywire man`: the manual page, made from the table of commands. */
import { manualPage } from '../formats/manual-page.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function man({ host, table }: CommandContext): Promise<Outcome> {
  return new Output().out(manualPage(table, host.version, host.now())).finish();
}

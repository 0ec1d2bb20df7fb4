/** `keywire man`: the manual page, made from the table of commands. */
import { manualPage } from '../manual-page.ts';
import { type Outcome, Output } from '../outcome.ts';
import type { CommandContext } from '../types/command.ts';

export async function man({ host }: CommandContext): Promise<Outcome> {
  return new Output().out(manualPage(host.version, host.now())).finish();
}

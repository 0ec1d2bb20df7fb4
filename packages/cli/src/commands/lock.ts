/** `keywire lock` and `keywire unlock`: silent when done, their answer is the exit code. */
import type { CommandContext } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../item-text.ts';
import { Output, type Outcome } from '../outcome.ts';

export async function lock({ invocation, openKeyring }: CommandContext): Promise<Outcome> {
  const keyring = await openKeyring();
  const locked = await keyring.lock({ collection: invocation.values.get('collection') });
  return answer(invocation.flags, { locked });
}

export async function unlock({ invocation, openKeyring }: CommandContext): Promise<Outcome> {
  const keyring = await openKeyring();
  const unlocked = await keyring.unlock({ collection: invocation.values.get('collection') });
  return answer(invocation.flags, { unlocked });
}

function answer(flags: ReadonlySet<string>, done: object): Outcome {
  const output = new Output();
  if (flags.has('json')) output.out(jsonLine(done));
  return output.finish(ExitCode.DONE);
}

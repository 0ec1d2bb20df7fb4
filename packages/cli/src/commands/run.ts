/** `keywire run`: a command with a private bus and a keyring beside it, for as long as it runs. */
import { RunExitCode } from '../exit-code.ts';
import { exposureWarning } from '../node-exposure.ts';
import { Output } from '../outcome.ts';
import { parseServiceOptions, readContent } from '../service-plan.ts';
import { quotable } from '../split-arguments.ts';
import { complaint } from '../terminal-style.ts';
import type { Command } from '../types/command.ts';

export const run: Command = async ({ invocation, host }) => {
  const { services } = host;
  const choices = parseServiceOptions(invocation);
  const plan = { ...choices, ...(await readContent(invocation, host)) };
  const warning = exposureWarning(services.nodeOptions);
  if (warning !== undefined) await services.tell('stderr', warning);
  const end = await services.runCommand(plan, invocation.command);
  // @rule cli/run-exit-codes keywire#run
  switch (end.kind) {
    case 'exited':
      return new Output().finish(end.code);
    case 'killed':
      return new Output().finish(RunExitCode.SIGNAL_BASE + end.signalNumber);
    case 'not-found':
      return failed('there is no such command', RunExitCode.NOT_FOUND);
    case 'not-executable':
      return failed('it cannot be executed', RunExitCode.NOT_EXECUTABLE);
  }

  function failed(reason: string, code: number): ReturnType<Output['finish']> {
    const name = quotable(invocation.command[0] ?? '');
    return new Output().err(complaint(host, `run: ${name}: ${reason}`)).finish(code);
  }
};

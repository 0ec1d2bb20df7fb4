/** What is reported of a command that was run: its exit code, or why there is none. */

import { isPlainWord } from '../arguments/split.ts';
import { RunExitCode } from '../exit-code.ts';
import { Output } from '../output/output.ts';
import { complaint } from '../output/terminal-style.ts';
import type { Host } from '../types/host.ts';
import type { Outcome } from '../types/outcome.ts';
import type { CommandEnd } from '../types/service-host.ts';

/** The exit codes of env(1) and of shells. */
// @rule cli/run-exit-codes keywire#run
export function commandOutcome(
  end: CommandEnd,
  subject: string,
  command: readonly string[],
  host: Host,
): Outcome {
  switch (end.kind) {
    case 'exited':
      return new Output().finish(end.code);
    case 'killed':
      return new Output().finish(RunExitCode.SIGNAL_BASE + end.signalNumber);
    case 'not-found':
      return failed('there is no such command', RunExitCode.NOT_FOUND);
    case 'not-executable':
      return failed('the command cannot be executed', RunExitCode.NOT_EXECUTABLE);
    case 'too-large':
      return failed(
        'an argument or a variable, or all of them, are larger than the system takes',
        RunExitCode.NOT_EXECUTABLE,
      );
  }

  function failed(reason: string, code: number): Outcome {
    const [name = ''] = command;
    // @rule cli/no-argument-echo keywire#secrets-and-arguments
    const who = isPlainWord(name) ? `${subject}: "${name}"` : subject;
    return new Output().err(complaint(host, `${who}: ${reason}`)).finish(code);
  }
}

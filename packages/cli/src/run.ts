/**
 * One run of the CLI: (arguments, host) → outcome. Never rejects: a failure is an outcome too.
 * What a run does not need is not loaded: `--version` loads no wire, a lookup loads no help.
 */

import { timeoutMsOf } from './arguments/seconds.ts';
import { closeAfter, type Opened } from './close-after.ts';
import { ExitCode } from './exit-code.ts';
import { isInterrupted } from './output/cli-error.ts';
import { describeFailure } from './output/describe-failure.ts';
import { Output } from './output/output.ts';
import { failureLine } from './output/printable.ts';
import { complaint, heading } from './output/terminal-style.ts';
import { COMMAND_TABLE } from './table/commands.ts';
import { findCommand, parseCommandLine } from './table/parse.ts';
import type { CommandContext, CommandSpec, Invocation } from './types/command.ts';
import type { Host } from './types/host.ts';
import type { KeyringOptions } from './types/keyring.ts';
import type { Outcome } from './types/outcome.ts';

/** Runs one command line; `argv` is what stands behind the program's name. */
export async function run(argv: readonly string[], host: Host): Promise<Outcome> {
  try {
    const parsed = parseCommandLine(argv);
    switch (parsed.kind) {
      case 'version':
        return new Output().out(`keywire ${host.version}\n`).finish();
      case 'help':
        return await showHelp(parsed.commands, host);
      case 'command':
        return await runCommand(parsed.command, parsed.invocation, host);
    }
  } catch (error) {
    return await reportFailure(error, host, findCommand(argv)?.failureCode);
  }
}

async function showHelp(commands: readonly CommandSpec[], host: Host): Promise<Outcome> {
  const { helpFor } = await import('./table/help.ts');
  const bold = (title: string): string => heading(host, title);
  const text = helpFor(COMMAND_TABLE, commands, host.version, { bold, columns: host.columns() });
  return new Output().out(text).finish();
}

async function runCommand(spec: CommandSpec, invocation: Invocation, host: Host): Promise<Outcome> {
  const options = keyringOptions(invocation);
  const command = await spec.load();
  let opened: Opened | undefined;
  const context: CommandContext = {
    invocation,
    table: COMMAND_TABLE,
    host,
    keyringOptions: options,
    async openKeyring() {
      const keyring = await host.openKeyring(options);
      opened = keyring;
      return keyring;
    },
    async openPasswords(plan) {
      const passwords = await host.openPasswords({ ...options, ...plan });
      opened = passwords;
      return passwords;
    },
  };
  return await closeAfter(
    () => command(context),
    () => opened,
  );
}

function keyringOptions(invocation: Invocation): KeyringOptions {
  const { flags } = invocation;
  return {
    noPrompt: flags.has('no-prompt'),
    plain: flags.has('plain'),
    trace: flags.has('trace'),
    timeoutMs: timeoutMsOf(invocation),
  };
}

async function reportFailure(
  error: unknown,
  host: Host,
  failureCode: number | undefined,
): Promise<Outcome> {
  if (isInterrupted(error, host.signal)) return new Output().finish(ExitCode.INTERRUPTED);
  const { code, message, advice } = await describeFailure(error);
  // @rule cli/one-line-failure keywire#exit-codes
  return new Output()
    .err(complaint(host, failureLine(message, advice)))
    .finish(failureCode ?? code);
}

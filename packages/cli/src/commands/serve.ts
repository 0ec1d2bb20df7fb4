/** `keywire serve`: a keyring for other programs, until a signal ends it. */

import { passwordSource } from '../arguments/password-options.ts';
import { parseServiceOptions, readContent, readPolicy } from '../arguments/service-plan.ts';
import { ExitCode } from '../exit-code.ts';
import {
  activationFile,
  type ServedCommand,
  systemdUnit,
  unfitWord,
} from '../formats/unit-files.ts';
import { CliError, usageError } from '../output/cli-error.ts';
import { Output } from '../output/output.ts';
import { complaint } from '../output/terminal-style.ts';
import type { Command, CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import { exposureWarning } from './node-exposure.ts';

export const serve: Command = async (context) => {
  const { invocation, host } = context;
  const { services } = host;
  const choices = parseServiceOptions(invocation);
  const printed = printedFile(context);
  if (printed !== undefined) return printed;
  const policy = await readPolicy(invocation, host);
  const plan = { ...choices, policy, ...(await readContent(invocation, host)) };
  const warning = exposureWarning(services.nodeOptions);
  if (warning !== undefined) await services.tell('stderr', warning);
  const end = await services.serve(plan, async ({ busAddress, uniqueName }) => {
    const line = busAddress === undefined ? uniqueName : `DBUS_SESSION_BUS_ADDRESS=${busAddress}`;
    // @rule cli/serve-is-found keywire#serve
    if (await services.tell('stdout', `${line}\n`)) return;
    throw new CliError('untold', 'serve: nobody was told where it is, so it ends');
  });
  if (end === 'stopped') return new Output().finish();
  const where = invocation.flags.has('bus') ? 'the session bus' : 'its bus';
  const line = `serve: the service is off ${where}, which ended or closed the connection`;
  return new Output().err(complaint(host, line)).finish(ExitCode.UNAVAILABLE);
};

/** The file that was asked for in place of a service. */
function printedFile({ invocation, host }: CommandContext): Outcome | undefined {
  const { flags, values } = invocation;
  if (!flags.has('print-unit') && !flags.has('print-activation')) return undefined;
  if (flags.has('print-unit') && flags.has('print-activation')) {
    throw usageError('--print-unit and --print-activation are two files; ask for one at a time');
  }
  // @rule cli/unit-needs-password keywire#serve
  const isLasting = (values.get('store') ?? 'memory') !== 'memory';
  const given = passwordSource(invocation, 'password');
  if (isLasting && (given === undefined || given.source === 'fd')) {
    const why = given === undefined ? 'nobody can be asked for' : 'no descriptor gives';
    throw usageError(`serve: ${why} the password of --store there; add --password-file=F`);
  }
  if (values.get('prompter') === 'terminal') {
    throw usageError('serve: --prompter=terminal: there is no terminal there');
  }
  const absolute = (name: string): string | undefined => {
    const given = values.get(name);
    return given === undefined ? undefined : host.services.absolutePath(given);
  };
  const options = [...values].flatMap(([name, value]) => {
    if (name === 'seed' || name === 'password-file') return [];
    const isPath =
      name === 'audit-log' || name === 'policy' || (name === 'store' && value !== 'memory');
    return [`--${name}=${isPath ? host.services.absolutePath(value) : value}`];
  });
  const served: ServedCommand = {
    program: host.services.selfCommand,
    options: flags.has('audit-attributes') ? [...options, '--audit-attributes'] : options,
    seedFile: absolute('seed'),
    passwordFile: absolute('password-file'),
  };
  const unfit = unfitWord(served);
  if (unfit !== undefined) {
    throw usageError(`--print-unit and --print-activation: ${unfit} fits into no such file`);
  }
  const text = flags.has('print-unit') ? systemdUnit(served) : activationFile(served);
  return new Output().out(text).finish();
}

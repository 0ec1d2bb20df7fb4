/** `keywire backends`: where passwords can be kept here, and whose attributes can be read. */

import { ExitCode } from '../exit-code.ts';
import { usageError } from '../output/cli-error.ts';
import { withoutMethod } from '../output/failure.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { oneLine } from '../output/printable.ts';
import { heading } from '../output/terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import type { BackendReport, RememberedReport, SchemeReport } from '../types/password-stores.ts';

export async function backends(context: CommandContext): Promise<Outcome> {
  const { invocation, host, keyringOptions } = context;
  const { flags, values } = invocation;
  const stores = await host.passwordStores();
  const app = values.get('forget');
  if (app !== undefined) {
    if (flags.has('json')) throw usageError('backends: --forget prints nothing, not even JSON');
    return new Output().finish((await stores.forget(app)) ? ExitCode.DONE : ExitCode.NOT_FOUND);
  }
  const found = await stores.backends(keyringOptions);
  const remembered = await stores.remembered();
  const schemes = stores.schemes();
  if (flags.has('json')) return asJson(found, remembered, schemes);
  const title = (text: string): string => `${heading(host, text)}\n`;
  const output = new Output().out(title('Backends:'));
  for (const each of found) output.out(backendText(each));
  if (remembered.length > 0) output.out('\n').out(title('Remembered:'));
  for (const { app: name, backend, path } of remembered) {
    const who = name === '' ? 'programs without a name' : oneLine(name);
    output.out(`  ${who}: ${backend} (${oneLine(path)})\n`);
  }
  output.out('\n').out(title('Schemes:'));
  const width = Math.max(...schemes.map(({ name }) => name.length));
  for (const scheme of schemes) output.out(`  ${scheme.name.padEnd(width)}  ${scheme.title}\n`);
  return output.finish();
}

function backendText(report: BackendReport): string {
  const { name, title, state, isChosen, isPersistent, isEncrypted, reason, advice } = report;
  const facts =
    state === 'unavailable'
      ? [state]
      : [
          state,
          isEncrypted ? 'encrypted' : 'not encrypted',
          isPersistent ? 'kept' : 'gone with the process or the session',
        ];
  if (isChosen) facts.push('used by default');
  const lines = [`  ${name}: ${facts.join(', ')}`, `    ${title}`];
  for (const line of [reason, advice]) {
    if (line !== '' && line !== title) lines.push(`    ${oneLine(withoutMethod(line))}`);
  }
  return `${lines.join('\n')}\n`;
}

function asJson(
  found: readonly BackendReport[],
  remembered: readonly RememberedReport[],
  schemes: readonly SchemeReport[],
): Outcome {
  const shown = found.map((each) => ({
    name: each.name,
    title: each.title,
    state: each.state,
    default: each.isChosen,
    encrypted: each.isEncrypted,
    persistent: each.isPersistent,
    reason: each.reason,
    advice: each.advice,
  }));
  return new Output().out(jsonLine({ backends: shown, remembered, schemes })).finish();
}

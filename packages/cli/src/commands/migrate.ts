/**
 * `keywire migrate`: passwords from one program's attributes to another's, in the same keyring. Each
 * is copied, read back and compared, and only then deleted where --delete says so; what was done
 * until something failed stays done, and the same command again does the rest.
 */

import { passwordsPlan } from '../arguments/passwords-plan.ts';
import { ExitCode } from '../exit-code.ts';
import { usageError } from '../output/cli-error.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { Progress } from '../output/progress.ts';
import { complaint } from '../output/terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import type { MigrationPlan, MigrationReport, MigrationStep } from '../types/password-stores.ts';

export async function migrate(context: CommandContext): Promise<Outcome> {
  const { invocation, host, keyringOptions } = context;
  const plan = migrationPlan(context);
  const stores = await host.passwordStores();
  const progress = new Progress(host, plan.isDryRun ? 'comparing' : 'copying');
  const steps: MigrationStep[] = [];
  let report: MigrationReport;
  try {
    report = await stores.migrate({ ...keyringOptions, ...plan }, (step) => {
      steps.push(step);
      progress.step(step.done, step.total);
    });
  } finally {
    await progress.end();
  }
  const output = new Output();
  const isJson = invocation.flags.has('json');
  if (plan.isDryRun && !isJson) for (const step of steps) output.out(stepLine(context, step));
  if (isJson) output.out(jsonLine(plan.isDryRun ? { ...report, entries: shown(steps) } : report));
  else output.out(summary(report, plan));
  if (report.left > 0) {
    const notice = `migrate: entries that changed meanwhile, and were left as they are: ${report.left}`;
    return output.err(complaint(host, notice)).finish(ExitCode.OTHER);
  }
  return output.finish(report.total === 0 ? ExitCode.NOT_FOUND : ExitCode.DONE);
}

function migrationPlan({ invocation, host }: CommandContext): MigrationPlan {
  const { flags, values } = invocation;
  const [from = '', to = ''] = [values.get('from'), values.get('to')];
  if (from === '' || to === '') throw usageError('migrate: --from and --to take a scheme each');
  const onConflict = values.get('on-conflict') ?? 'refuse';
  if (onConflict !== 'refuse' && onConflict !== 'keep' && onConflict !== 'overwrite') {
    throw usageError('--on-conflict takes refuse, keep or overwrite');
  }
  const { backend, collection, filePassword } = passwordsPlan(invocation, host);
  return {
    from,
    to,
    service: values.get('service'),
    username: values.get('username'),
    deletesSource: flags.has('delete'),
    isDryRun: flags.has('dry-run'),
    onConflict,
    backend,
    collection,
    filePassword,
  };
}

const WORDS: Readonly<Record<MigrationStep['step'], string>> = {
  'would-copy': 'would be copied',
  copied: 'copied',
  'already-there': 'is there already',
  'kept-target': 'differs there, and stays',
  deleted: 'deleted',
  left: 'left',
};

function stepLine(
  { host }: CommandContext,
  { service, username, group, step }: MigrationStep,
): string {
  const text = [service, username, ...(group === undefined ? [] : [group])].join('  ');
  return `${host.isTerminal('stdout') ? printable(text) : text}: ${WORDS[step]}\n`;
}

function shown(steps: readonly MigrationStep[]): readonly object[] {
  return steps.map(({ service, username, group, step }) => ({ service, username, group, step }));
}

function summary(report: MigrationReport, { isDryRun }: MigrationPlan): string {
  const { total, copied, alreadyThere, keptTarget, deleted } = report;
  const parts = [
    `${total} found`,
    `${copied} ${isDryRun ? 'to copy' : 'copied'}`,
    `${alreadyThere} there already`,
  ];
  if (keptTarget > 0) parts.push(`${keptTarget} kept as they differ there`);
  if (deleted > 0) parts.push(`${deleted} deleted`);
  return `${parts.join(', ')}\n`;
}

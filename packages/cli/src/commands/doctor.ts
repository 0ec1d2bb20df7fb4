/** `keywire doctor`: what is here, what is wrong with it, what to do. */

import { timeoutMsOf } from '../arguments/seconds.ts';
import { diagnoseFile, type FileDiagnosis, formatFileDiagnosis } from '../doctor/file-report.ts';
import { diagnose } from '../doctor/findings.ts';
import { diagnosisAsJson, formatDiagnosis } from '../doctor/report.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { heading } from '../output/terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

/** Longer than a slow start of a keyring, shorter than the patience of a person. */
const DEFAULT_TIMEOUT_MS = 10_000;

export async function doctor({ invocation, host }: CommandContext): Promise<Outcome> {
  const { words, flags } = invocation;
  const [path] = words;
  const examiner = await host.doctor();
  if (path !== undefined) {
    const file = diagnoseFile(await examiner.inspectFile(path), examiner.uid);
    const output = new Output();
    output.out(flags.has('json') ? jsonLine(file) : formatFileDiagnosis(file));
    return output.finish(fileExitCode(file));
  }
  const facts = await examiner.collect({
    timeoutMs: timeoutMsOf(invocation) ?? DEFAULT_TIMEOUT_MS,
    isUnlocking: flags.has('unlock'),
  });
  const diagnosis = diagnose(facts);
  const output = new Output();
  if (flags.has('json')) output.out(jsonLine(diagnosisAsJson(diagnosis)));
  else output.out(formatDiagnosis(diagnosis, (text) => heading(host, text)));
  return output.finish(diagnosis.exitCode);
}

function fileExitCode({ file, findings }: FileDiagnosis): ExitCode {
  if (file.kind === 'missing' || file.kind === 'unreadable') return ExitCode.USAGE;
  return findings.length === 0 ? ExitCode.DONE : ExitCode.OTHER;
}

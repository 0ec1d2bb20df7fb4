/**
 * The other programs that keywire stands in for when it is called by their names, through a link or
 * a copy. Each is loaded only then: a call of `keywire` knows nothing of them but their names.
 */

import { ExitCode } from './exit-code.ts';
import { isInterrupted } from './output/cli-error.ts';
import { describeFailure } from './output/describe-failure.ts';
import { Output } from './output/output.ts';
import { oneLine } from './output/printable.ts';
import { complaint } from './output/terminal-style.ts';
import type { ProgramName } from './program-names.ts';
import { run } from './run.ts';
import type { Personality } from './types/command.ts';
import type { Host } from './types/host.ts';
import type { Outcome } from './types/outcome.ts';

const PERSONALITIES: ReadonlyMap<string, () => Promise<Personality>> = new Map<
  ProgramName,
  () => Promise<Personality>
>([
  [
    'git-credential-keywire',
    async () => (await import('./personalities/helpers.ts')).gitCredentialProgram,
  ],
  [
    'docker-credential-keywire',
    async () => (await import('./personalities/helpers.ts')).dockerCredentialProgram,
  ],
  ['keyring', async () => (await import('./personalities/keyring.ts')).keyring],
  ['secret-tool', async () => (await import('./personalities/secret-tool.ts')).secretTool],
]);

/** The name that a program was started by: the last part of a path, without what a script's ends in. */
export function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[cm]?js$/u, '');
}

/** Runs the program of this name, else `keywire`. */
export async function runProgram(
  name: string,
  argv: readonly string[],
  host: Host,
): Promise<Outcome> {
  const load = PERSONALITIES.get(name);
  if (load === undefined) return await run(argv, host);
  try {
    const personality = await load();
    return await personality(argv, host);
  } catch (error) {
    if (isInterrupted(error, host.signal)) return new Output().finish(ExitCode.INTERRUPTED);
    const { code, message } = await describeFailure(error);
    return new Output().err(complaint(host, oneLine(message), name)).finish(code);
  }
}

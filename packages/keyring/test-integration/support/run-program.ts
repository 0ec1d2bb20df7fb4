// Runs program.ts in a process of its own.

import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type RunResult, run, runtime } from '../../../../test-fixtures/src/index.ts';
import type { OpenKeyringOptions } from '../../src/index.ts';

type Environment = Readonly<Record<string, string>>;
type Step = readonly string[];

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url));

/** The program's result, whatever it is; it ends by itself. */
export function runProgram(
  env: Environment,
  steps: readonly Step[],
  options: OpenKeyringOptions = {},
  extra: Environment = {},
): Promise<RunResult> {
  const { command, sourceArgs } = runtime('node');
  const request = JSON.stringify({ steps, options });
  const path = process.env['PATH'] ?? '';
  return run(command, [...sourceArgs, PROGRAM], {
    env: { PATH: path, ...env, ...extra, KEYWIRE_TEST_STEPS: request },
    timeoutMs: 60_000,
  });
}

/** What the program printed, one value a line; it must have ended well. */
export async function programPrints(
  env: Environment,
  steps: readonly Step[],
  options: OpenKeyringOptions = {},
): Promise<unknown[]> {
  const { code, signal, stdout, stderr } = await runProgram(env, steps, options);
  if (code !== 0) throw new Error(`the program ended with ${code ?? signal}: ${stderr}`);
  const lines = new TextDecoder()
    .decode(stdout)
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line): unknown => JSON.parse(line));
}

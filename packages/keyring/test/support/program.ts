import { fileURLToPath } from 'node:url';
import { currentRuntime } from '../../../../test-fixtures/src/index.ts';

/** The command line that runs a program of this folder's in this very runtime. */
export function programCommand(name: string): readonly [string, ...string[]] {
  const { command, sourceArgs } = currentRuntime();
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  return [command, ...sourceArgs, file];
}

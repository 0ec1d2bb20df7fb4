/** The examples of a package's README, each run as a program of its own. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.ts';
import { currentRuntime } from './runtimes.ts';

/** Where the programs run. */
export interface ExampleSurroundings {
  /** Their working folder, in which they are written, too. */
  readonly folder: string;
  /** Their whole environment; default: that of {@link run}. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the examples from top to bottom and gives what each printed; a complaint of one is thrown. */
export async function runExamples(
  readme: string,
  { folder, env }: ExampleSurroundings,
): Promise<string[]> {
  const { command, sourceArgs } = currentRuntime();
  const printed: string[] = [];
  for (const [index, [, code = '']] of [...readme.matchAll(/^```ts\n(.*?)^```$/gmsu)].entries()) {
    const script = path.join(folder, `example${index}.ts`);
    writeFileSync(script, code.replaceAll(/'@keywire\/([a-z-]+)(\/[a-z-]+)?'/gu, sourceOf));
    const { stdout, stderr, ...result } = await run(command, [...sourceArgs, script], {
      cwd: folder,
      timeoutMs: 120_000,
      ...(env === undefined ? {} : { env }),
    });
    assert.deepEqual([result.code, stderr], [0, ''], `example ${index}`);
    printed.push(new TextDecoder().decode(stdout));
  }
  return printed;
}

/** Outside the repository no package is found by its name. */
function sourceOf(_specifier: string, room: string, subPath = ''): string {
  const folder = new URL(`../../packages/${room}/`, import.meta.url);
  const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  return JSON.stringify(new URL(exports[`.${subPath}`]['@keywire/source'], folder).href);
}

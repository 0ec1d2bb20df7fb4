/** Runs a program as a process of its own, and collects what it says. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export { onTerminal, shellLine } from '../../../../test-fixtures/src/index.ts';

export interface Ended {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export const REPOSITORY: string = fileURLToPath(new URL('../../../..', import.meta.url));
export const BUNDLE: string = fileURLToPath(
  new URL('../../../../dist/keywire.cjs', import.meta.url),
);

/** The environment of the tests without what a test runner adds for itself. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, LANG, USER } = process.env;
  return { PATH, HOME, LANG, USER, TERM: 'xterm', SHELL: '/bin/sh' };
}

/** The command line that runs a program of this folder's in this very runtime. */
export function programCommand(name: string): readonly [string, ...string[]] {
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  if ('Bun' in globalThis) return [process.execPath, file];
  if ('Deno' in globalThis) return [process.execPath, 'run', '--allow-all', file];
  const loader = fileURLToPath(new URL('../../../../scripts/ts-register.mjs', import.meta.url));
  return [process.execPath, '--conditions=@keywire/source', `--import=${loader}`, file];
}

/** Resolves when the process has ended and its output is read to the end. */
export function ended(child: ChildProcess): Promise<Ended> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({
        code: code ?? signal,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}

/** Runs a command to its end with this on its stdin. */
export async function runChild(
  command: readonly [string, ...string[]],
  options: SpawnOptions & { readonly input?: string | Uint8Array } = {},
): Promise<Ended> {
  const [program, ...args] = command;
  const { input, ...spawnOptions } = options;
  const child = spawn(program, args, {
    cwd: REPOSITORY,
    env: cleanEnvironment(),
    ...spawnOptions,
  });
  // A child that ends without reading its input closes the pipe under us: its answer is what counts.
  child.stdin?.once('error', () => child.stdin?.destroy());
  child.stdin?.end(input ?? '');
  return await ended(child);
}

/**
 * Programs of a test in processes of their own: each is bundled into one file first, because dozens
 * of processes that each strip types from a hundred files would be a test of something else.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a program of this folder into `folder`; gives the file. */
export async function bundleProgram(name: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@keywire/source'],
    logLevel: 'warning',
  });
  return outfile;
}

/** A running program that takes one message at a time and answers each with one. */
export class Program {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.child = fork(file, args, {
      env,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = once(this.child, 'exit');
  }

  /** Resolves with the answer, or with `undefined` when the program dies first. */
  async ask(message: object): Promise<unknown> {
    const answer = new AbortController();
    try {
      const answered = once(this.child, 'message', { signal: answer.signal });
      answered.catch(() => undefined);
      this.child.send(message, () => {});
      const first = await Promise.race([answered, this.exited.then(() => undefined)]);
      return first?.[0];
    } finally {
      answer.abort();
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Ends it in peace; it must have nothing left to do. */
  async stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    assert.deepEqual(await this.exited, [0, null]);
  }
}

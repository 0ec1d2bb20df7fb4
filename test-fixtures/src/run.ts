/**
 * Runs one program to its end and hands back everything it said. The program gets a process group
 * of its own, so that a deadline ends its children too.
 */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import process from 'node:process';
import { FixtureError } from './errors.ts';

export interface RunOptions {
  /** The whole environment of the program; default: PATH and LANG only. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its standard input, which is then closed; default: nothing. */
  readonly input?: string | Uint8Array;
  /** After so many milliseconds the whole process group is killed; default 30,000. */
  readonly timeoutMs?: number;
  /** Kills the whole process group when aborted; the result is handed back all the same. */
  readonly stop?: AbortSignal;
}

export interface RunResult {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** Whether the deadline ended it. */
  readonly timedOut: boolean;
}

/** What a program needs besides what a fixture gives it. */
export function minimalEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' };
}

/** Runs a program; rejects only when it cannot be started. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.env ?? minimalEnvironment(),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    let timedOut = false;
    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.timeoutMs ?? 30_000);
    options.stop?.addEventListener('abort', kill);
    child.stdout.on('data', (chunk: Uint8Array) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk));
    // A program may end without reading its input; its exit code then tells the story.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', (cause) => {
      clearTimeout(deadline);
      reject(new FixtureError('command-failed', `${command}: cannot be started: ${cause.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(deadline);
      options.stop?.removeEventListener('abort', kill);
      resolve({
        code,
        signal,
        stdout: new Uint8Array(Buffer.concat(stdout)),
        stderr: Buffer.concat(stderr).toString('utf8'),
        timedOut,
      });
    });
  });
}

/** Like {@link run}, but an exit code other than 0 is a FixtureError; resolves to the output as text. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await run(command, args, options);
  if (result.code === 0) return Buffer.from(result.stdout).toString('utf8');
  const how = result.timedOut ? 'ran out of time' : `exit ${result.code ?? result.signal}`;
  throw new FixtureError('command-failed', `${command}: ${how}`, result.stderr);
}

/** Sends a signal to a process group; one that is gone already is fine. */
export function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * A daemon under supervision: lines of its standard output can be awaited, the tail of its standard
 * error is kept for the error message, and it is ended by process group. Everything that waits for
 * it to become ready waits for its end too, and for a deadline.
 */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { FixtureError } from './errors.ts';
import { killGroup } from './run.ts';
import { Wakefulness } from './wakefulness.ts';
import type { Workspace } from './workspace.ts';

/** How long a daemon may take to become ready: generous, since a loaded machine is no fault. */
export const READY_TIMEOUT_MS = 30_000;

/** How long a daemon may take to end by itself before it is killed. */
const STOP_TIMEOUT_MS = 5_000;

const TAIL_CHARACTERS = 4_000;

export interface StartOptions {
  readonly workspace: Workspace;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed; without it, standard input stays open. */
  readonly input?: string;
}

export interface Supervised extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended. */
  readonly exited: Promise<void>;
  readonly hasExited: boolean;
  stderrTail(): string;
  /** Writes one line to its standard input. */
  writeLine(line: string): void;
  /** The next line of standard output that nobody took yet; rejects when there will be none. */
  nextLine(): Promise<string>;
  /** Settles as `ready` does, or rejects when the daemon ends or the deadline passes first. */
  untilReady<T>(ready: Promise<T>): Promise<T>;
  /** Ends it and its process group: SIGTERM, then SIGKILL. */
  stop(): Promise<void>;
  /** Ends it without a chance to tidy up, as a crash would. */
  kill(): Promise<void>;
}

export function startSupervised(
  name: string,
  command: string,
  args: readonly string[],
  { workspace, env, input }: StartOptions,
): Supervised {
  const child = spawn(command, args, {
    env: { ...workspace.env, ...env },
    cwd: workspace.folder,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { pid } = child;
  let tail = '';
  let hasExited = pid === undefined;
  const lines = new LineQueue();
  const awake = new Wakefulness(child);
  child.stdin.on('error', () => {}); // it may end without reading: `exited` tells
  if (input !== undefined) child.stdin.end(input);
  child.stdout.on('data', (chunk: Uint8Array) => lines.push(chunk));
  child.stdout.on('end', () => lines.end(`${name}: ended`));
  child.stderr.on('data', (chunk: Uint8Array) => {
    tail = (tail + Buffer.from(chunk).toString('utf8')).slice(-TAIL_CHARACTERS);
  });
  const exited = new Promise<void>((resolve) => {
    const settle = (): void => {
      hasExited = true;
      resolve();
    };
    child.once('exit', settle);
    child.once('error', (error) => {
      tail += error.message;
      settle();
    });
  });
  if (pid === undefined) throw new FixtureError('not-ready', `${name}: cannot be started`, tail);
  workspace.adopt(pid);

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (hasExited) return;
    const killer = setTimeout(() => killGroup(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
    killGroup(pid, signal);
    await awake.during(exited);
    clearTimeout(killer);
    killGroup(pid, 'SIGKILL');
  };
  return {
    name,
    pid,
    exited,
    get hasExited() {
      return hasExited;
    },
    stderrTail: () => tail,
    writeLine: (line) => void child.stdin.write(`${line}\n`),
    nextLine: () => awake.during(lines.next()),
    untilReady: (ready) => awake.during(raceReady(name, ready, exited, () => tail)),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

function raceReady<T>(
  name: string,
  ready: Promise<T>,
  exited: Promise<void>,
  tail: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new FixtureError('not-ready', `${name}: ${why}`, tail()));
    const deadline = setTimeout(
      () => fail(`expected ready within ${READY_TIMEOUT_MS} ms`),
      READY_TIMEOUT_MS,
    );
    void exited.then(() => fail('ended before it was ready'));
    ready.then(resolve, reject).finally(() => clearTimeout(deadline));
  });
}

/** Splits a stream into lines and hands them out one by one. */
class LineQueue {
  readonly #lines: string[] = [];
  readonly #waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  #partial = '';
  #end: Error | undefined;

  push(chunk: Uint8Array): void {
    const parts = (this.#partial + Buffer.from(chunk).toString('utf8')).split('\n');
    this.#partial = parts.pop() ?? '';
    for (const line of parts) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#lines.push(line);
      else waiting.resolve(line);
    }
  }

  end(why: string): void {
    this.#end = new FixtureError('not-ready', why);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  }

  next(): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}

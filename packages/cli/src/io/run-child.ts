/**
 * A command as a child process, beside what has to be there as long as it runs. Signals sent to
 * this process are the child's: it decides whether to end, and when it has, all is cleared away.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import type { CommandEnd } from '../types/service-host.ts';
import { isInForeground } from './foreground.ts';
import type { EndRequest, EndSignal } from './signals.ts';

/**
 * Beside those that ask for the end. Node opens its inspector on SIGUSR1 unless somebody listens:
 * whoever could send one signal could then read every secret.
 */
// @rule cli/no-inspector keywire#serve
const PASSED_ON = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** What a terminal sends to every process in its foreground when a key is pressed. */
const FROM_KEYS: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT']);

/** What a child needs to be there, and how that is cleared away. */
export interface ChildWorld {
  /** Variables beside those of this process. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function runChild(
  command: readonly string[],
  end: EndRequest,
  prepare: () => Promise<ChildWorld>,
): Promise<CommandEnd> {
  const [program = '', ...args] = command;
  if (program === '') return { kind: 'not-found' };
  let child: ChildProcess | undefined;
  let early: EndSignal | undefined;
  const takeBack = end.handOver((name) => {
    if (child === undefined) early ??= name;
    else passOn(child, name);
  });
  const passOther = (name: NodeJS.Signals): void => {
    if (child !== undefined) passOn(child, name);
  };
  for (const name of PASSED_ON) process.on(name, passOther);
  try {
    const world = await prepare();
    try {
      if (early !== undefined) return { kind: 'killed', signalNumber: constants.signals[early] };
      return await new Promise((resolve, reject) => {
        const running = spawn(program, args, {
          env: { ...process.env, ...world.variables },
          stdio: 'inherit',
        });
        child = running;
        running.once('exit', (code, signal) => resolve(endOf(code, signal)));
        running.once('error', (error) => {
          if ('code' in error && error.code === 'ENOENT') resolve({ kind: 'not-found' });
          else if ('code' in error && error.code === 'EACCES') resolve({ kind: 'not-executable' });
          else reject(error);
        });
      });
    } finally {
      await world.close();
    }
  } finally {
    for (const name of PASSED_ON) process.off(name, passOther);
    takeBack();
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): CommandEnd {
  if (signal === null) return { kind: 'exited', code: code ?? 0 };
  return { kind: 'killed', signalNumber: constants.signals[signal] };
}

function passOn(child: ChildProcess, name: NodeJS.Signals): void {
  // A key pressed has reached the child already; twice, and many a program ends without tidying up.
  if (FROM_KEYS.has(name) && isInForeground()) return;
  child.kill(name);
}

/**
 * A command as a child process, beside what has to be there as long as it runs. Signals sent to
 * this process are the child's: it decides whether to end, and when it has, all is cleared away.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import type { ChildVariables, CommandEnd } from '../../types/service-host.ts';
import type { EndRequest, EndSignal } from '../signals.ts';
import { isInForeground } from '../terminal/foreground.ts';

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
  readonly variables: ChildVariables;
  close(): Promise<void>;
}

export async function runChild(
  command: readonly string[],
  end: EndRequest,
  prepare: (signal: AbortSignal) => Promise<ChildWorld>,
): Promise<CommandEnd> {
  const [program = '', ...args] = command;
  if (program === '') return { kind: 'not-found' };
  let child: ChildProcess | undefined;
  let early: EndSignal | undefined;
  const asked = new AbortController();
  const takeBack = end.handOver((name) => {
    if (child !== undefined) {
      passOn(child, name);
      return;
    }
    early ??= name;
    asked.abort();
  });
  const passOther = (name: NodeJS.Signals): void => {
    if (child !== undefined) passOn(child, name);
  };
  for (const name of PASSED_ON) process.on(name, passOther);
  try {
    const world = await prepare(asked.signal);
    try {
      if (early !== undefined) return endedBy(early);
      return await new Promise((resolve, reject) => {
        child = start([program, ...args], world.variables, {
          ended: resolve,
          failed: reject,
        });
      });
    } finally {
      await world.close();
    }
  } catch (error) {
    // What could not be made ready was not waited for any longer.
    // @rule cli/start-can-be-ended keywire#waiting
    if (early !== undefined && child === undefined) return endedBy(early);
    throw error;
  } finally {
    for (const name of PASSED_ON) process.off(name, passOther);
    takeBack();
  }
}

function endedBy(name: EndSignal): CommandEnd {
  return { kind: 'killed', signalNumber: constants.signals[name] };
}

/**
 * Starts the command, with this process's environment and the variables given. Node throws some of the
 * errors of a start, and tells the others later.
 */
function start(
  [program, ...args]: readonly [string, ...string[]],
  variables: ChildWorld['variables'],
  { ended, failed }: { ended: (end: CommandEnd) => void; failed: (error: unknown) => void },
): ChildProcess | undefined {
  const notStarted = (error: unknown): void => {
    const end = endOfStart(error);
    if (end === undefined) failed(error);
    else ended(end);
  };
  try {
    const env = { ...process.env, ...variables };
    const child = spawn(program, args, { env, stdio: 'inherit' });
    child.once('exit', (code, signal) => ended(endOf(code, signal)));
    child.on('error', (error) => {
      // A signal that cannot be passed on, to a child of another user, ends nothing: it still runs.
      if (!('syscall' in error && error.syscall === 'kill')) notStarted(error);
    });
    return child;
  } catch (error) {
    notStarted(error);
    return undefined;
  }
}

/** What the machine is short of says nothing about the command. */
const SHORTAGES: ReadonlySet<string> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);

/** What a start that failed says about the command, as env(1) and the shells take it. */
function endOfStart(error: unknown): CommandEnd | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined;
  const code = String(error.code);
  if (!/^E[A-Z0-9]+$/u.test(code) || SHORTAGES.has(code)) return undefined;
  if (code === 'E2BIG') return { kind: 'too-large' };
  return { kind: code === 'ENOENT' ? 'not-found' : 'not-executable' };
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

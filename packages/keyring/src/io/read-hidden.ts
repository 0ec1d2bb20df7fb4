/**
 * Asks on the controlling terminal without echo, also where stdin and stdout are pipes. The
 * terminal is in raw mode while the question stands, and as it was when it ends, however it ends, and
 * while the job is suspended with Ctrl-Z.
 */
import { openSync, writeSync } from 'node:fs';
import process from 'node:process';
import { ReadStream } from 'node:tty';
import {
  HiddenLine,
  type HiddenLineState,
  MAX_HIDDEN_LINE_BYTES,
} from '../terminal/hidden-line.ts';
import { PromptError } from '../terminal/prompt-error.ts';
import { beforeDeathBySignal } from './death-by-signal.ts';

const TERMINAL = '/dev/tty';

/** What {@link readHidden} takes. */
export interface ReadHiddenOptions {
  /** Ends the question as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
}

/** Settles once every question that was asked before has been answered, or will not be. */
let earlier: Promise<void> = Promise.resolve();

/**
 * Asks for one line on `/dev/tty` and reads it without echo. Questions of one program are asked one after
 * the other.
 *
 * @param question - printable text, written as it is
 * @returns the line without its end, in a buffer that the caller wipes
 * @throws {@link PromptError} with code `no-terminal` where there is none, `not-answered` where it
 * was closed or ended, `interrupted` on Ctrl-C or by the signal, `line-too-long`
 */
export function readHidden(
  question: string,
  options: ReadHiddenOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  // Two at once would get each other's answers, and the first to end would turn the echo on.
  // @rule keyring/one-question-at-a-time keywire#what-to-know
  const turn = untilAborted(earlier, options.signal).then(() => ask(question, options));
  // The answer is not kept.
  earlier = Promise.allSettled([earlier, turn]).then(() => {});
  return turn;
}

/** Resolves when the promise does, or when the signal fires. */
function untilAborted(promise: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal?.removeEventListener('abort', done);
      resolve();
    };
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted === true) done();
    void promise.then(done);
  });
}

async function ask(question: string, options: ReadHiddenOptions): Promise<Uint8Array<ArrayBuffer>> {
  if (options.signal?.aborted === true) throw failureOf('interrupted');
  const terminal = openTerminal();
  const line = new HiddenLine();
  // @rule keyring/terminal-survives-signals keywire#what-to-know
  const callOff = beforeDeathBySignal(() => {
    line.wipe();
    giveBack(terminal);
  });
  try {
    for (;;) {
      terminal.stream.setRawMode(true);
      writeSync(terminal.descriptor, question);
      const file = bunTerminal();
      const state = await (file === undefined
        ? typeLine(terminal, line, options.signal)
        : typeLineInBun(file, line, options.signal));
      if (state === 'entered') return line.finish();
      if (state !== 'suspended') throw failureOf(state);
      line.restart();
      terminal.stream.setRawMode(false);
      writeSync(terminal.descriptor, '\n');
      await suspendJob();
    }
  } finally {
    line.wipe();
    giveBack(terminal);
    terminal.stream.destroy();
    callOff();
  }
}

function giveBack({ stream, descriptor }: Terminal): void {
  stream.setRawMode(false);
  // The user's Enter was not echoed; a terminal that hung up takes no line either.
  if (!stream.destroyed) writeSync(descriptor, '\n');
}

interface Terminal {
  readonly stream: ReadStream;
  readonly descriptor: number;
  /** Resolves when nobody is there any more: a terminal that is closed ends the stream, or fails it. */
  readonly hangUp: Promise<void>;
}

function openTerminal(): Terminal {
  try {
    const descriptor = openSync(TERMINAL, 'r+');
    const stream = new ReadStream(descriptor);
    const hangUp = new Promise<void>((resolve) => {
      stream.once('end', resolve);
      stream.on('error', () => resolve());
    });
    return { stream, descriptor, hangUp };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PromptError('no-terminal', `/dev/tty: no terminal to ask on (${code})`);
  }
}

/** Resolves when the line is settled; rejects when the terminal hangs up or the run is ended. */
function typeLine(
  { stream, hangUp }: Terminal,
  line: HiddenLine,
  signal: AbortSignal | undefined,
): Promise<HiddenLineState> {
  return new Promise((resolve) => {
    const settle = (state: HiddenLineState): void => {
      signal?.removeEventListener('abort', onAbort);
      stream.off('data', onData);
      resolve(state);
    };
    const onAbort = (): void => settle('interrupted');
    const onData = (chunk: Uint8Array): void => {
      const state = line.feed(chunk);
      chunk.fill(0);
      if (state !== 'typing') settle(state);
    };
    stream.on('data', onData);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    void hangUp.then(() => settle('ended'));
  });
}

/** A stop takes effect at once; where this time passes without one, there is none. */
const NOT_STOPPED_MS = 100;

/**
 * Does what Ctrl-Z does in a cooked terminal, to the whole job, and resolves when it goes on. Without a
 * shell that could make it go on (an orphaned process group) the kernel does not stop it.
 */
function suspendJob(): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', goOn);
      resolve();
    };
    process.on('SIGCONT', goOn);
    process.kill(0, 'SIGTSTP');
    const timer = setTimeout(goOn, NOT_STOPPED_MS);
  });
}

/**
 * Bun reads a terminal in a way that cannot be taken back: once asked for a key, the process waits
 * for one. What it reads as a file can be.
 */
function bunTerminal(): Blob | undefined {
  const bun: unknown = Reflect.get(globalThis, 'Bun');
  return isBun(bun) ? bun.file(TERMINAL) : undefined;
}

interface Bun {
  file(path: string): Blob;
}

function isBun(value: unknown): value is Bun {
  return typeof value === 'object' && value !== null && 'file' in value;
}

/** The same as {@link typeLine}, over a file. */
async function typeLineInBun(
  file: Blob,
  line: HiddenLine,
  signal: AbortSignal | undefined,
): Promise<HiddenLineState> {
  const reader = file.stream().getReader();
  const onAbort = (): void => void reader.cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  try {
    for (;;) {
      const { value } = await reader.read();
      if (signal?.aborted === true) return 'interrupted';
      if (value === undefined) return 'ended';
      const state = line.feed(value);
      value.fill(0);
      if (state !== 'typing') return state;
    }
  } catch (error) {
    // A terminal that is closed fails: nobody is there any more.
    if (error instanceof Error && 'code' in error && error.code === 'EIO') return 'ended';
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await reader.cancel();
  }
}

function failureOf(state: HiddenLineState): PromptError {
  switch (state) {
    case 'interrupted':
      return new PromptError('interrupted', 'the question was interrupted');
    case 'too-long':
      return new PromptError(
        'line-too-long',
        `typed line: expected at most ${MAX_HIDDEN_LINE_BYTES} bytes`,
      );
    default:
      return new PromptError('not-answered', 'the question was left unanswered');
  }
}

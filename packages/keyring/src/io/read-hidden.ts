/**
 * Asks on the controlling terminal without echo, also where stdin and stdout are pipes. The
 * terminal is in raw mode while the question stands, and as it was when it ends, however it ends.
 */
import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { HiddenLine, type HiddenLineState, MAX_HIDDEN_LINE_BYTES } from '../hidden-line.ts';
import { PromptError } from '../prompt-error.ts';

const TERMINAL = '/dev/tty';

export interface ReadHiddenOptions {
  /** Ends the question as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks for one line on `/dev/tty` and reads it without echo.
 *
 * @param question - printable text, written as it is
 * @returns the line without its end, in a buffer that the caller wipes
 * @throws {@link PromptError} with code `no-terminal` where there is none, `not-answered` where it
 * was closed or ended, `interrupted` on Ctrl-C or by the signal, `line-too-long`
 */
export async function readHidden(
  question: string,
  options: ReadHiddenOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const terminal = openTerminal();
  const line = new HiddenLine();
  try {
    terminal.stream.setRawMode(true);
    writeSync(terminal.descriptor, question);
    const file = bunTerminal();
    const state = await (file === undefined
      ? typeLine(terminal.stream, line, options.signal)
      : typeLineInBun(file, line, options.signal));
    if (state === 'entered') return line.finish();
    throw failureOf(state);
  } finally {
    line.wipe();
    terminal.stream.setRawMode(false);
    // The user's Enter was not echoed; a terminal that hung up takes no line either.
    if (!terminal.stream.destroyed) writeSync(terminal.descriptor, '\n');
    terminal.stream.destroy();
  }
}

interface Terminal {
  readonly stream: ReadStream;
  readonly descriptor: number;
}

function openTerminal(): Terminal {
  try {
    const descriptor = openSync(TERMINAL, 'r+');
    return { stream: new ReadStream(descriptor), descriptor };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PromptError('no-terminal', `/dev/tty: no terminal to ask on (${code})`);
  }
}

/** Resolves when the line is settled; rejects when the terminal hangs up or the run is ended. */
function typeLine(
  stream: ReadStream,
  line: HiddenLine,
  signal: AbortSignal | undefined,
): Promise<HiddenLineState> {
  return new Promise((resolve) => {
    const settle = (state: HiddenLineState): void => {
      signal?.removeEventListener('abort', onAbort);
      resolve(state);
    };
    const onAbort = (): void => settle('interrupted');
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    stream.on('data', (chunk: Uint8Array) => {
      const state = line.feed(chunk);
      chunk.fill(0);
      if (state !== 'typing') settle(state);
    });
    // A terminal that is closed ends the stream or fails it with EIO: nobody is there any more.
    stream.once('end', () => settle('ended'));
    stream.once('error', () => settle('ended'));
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

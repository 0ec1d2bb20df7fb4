/**
 * Asks on the controlling terminal without echo, also where stdin and stdout are pipes. The
 * terminal is in raw mode while the question stands, and as it was when it ends, however it ends.
 */
import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { CliError } from '../cli-error.ts';
import { HiddenLine, type HiddenLineState, MAX_HIDDEN_LINE_BYTES } from '../hidden-line.ts';

/**
 * @param question - printable text, written as it is
 * @returns the line without its end, in a buffer that the caller wipes
 * @throws {@link CliError} with code `no-input` where there is no terminal, `not-asked` where it
 * was left unanswered, `interrupted` on Ctrl-C, `input-too-large`
 */
export async function readHidden(question: string, signal: AbortSignal): Promise<Uint8Array> {
  const terminal = openTerminal();
  const line = new HiddenLine();
  try {
    terminal.stream.setRawMode(true);
    writeSync(terminal.descriptor, question);
    const state = await typeLine(terminal.stream, line, signal);
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
    const descriptor = openSync('/dev/tty', 'r+');
    return { stream: new ReadStream(descriptor), descriptor };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CliError('no-input', `no terminal to ask on (/dev/tty: ${code}): pipe the secret`);
  }
}

/** Resolves when the line is settled; rejects when the terminal hangs up or the run is ended. */
function typeLine(
  stream: ReadStream,
  line: HiddenLine,
  signal: AbortSignal,
): Promise<HiddenLineState> {
  return new Promise((resolve) => {
    const settle = (state: HiddenLineState): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(state);
    };
    const onAbort = (): void => settle('interrupted');
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
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

function failureOf(state: HiddenLineState): CliError {
  switch (state) {
    case 'interrupted':
      return new CliError('interrupted', 'interrupted');
    case 'too-long':
      return new CliError(
        'input-too-large',
        `a line typed has at most ${MAX_HIDDEN_LINE_BYTES} bytes: pipe the secret, or use --file`,
      );
    default:
      return new CliError('not-asked', 'no secret was typed, nothing is stored');
  }
}

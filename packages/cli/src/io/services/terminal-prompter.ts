/**
 * The person at this process's terminal, who answers prompts. Questions are asked on /dev/tty, so
 * that standard input and output stay what they are.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { type Prompter, type PromptTerminal, terminalPrompter } from '@keywire/secret-provider';
import { CliError } from '../../output/cli-error.ts';
import { errorCode } from '../error-code.ts';
import { isInForeground } from '../terminal/foreground.ts';
import { readHidden } from '../terminal/read-hidden.ts';

const TERMINAL = '/dev/tty';

export interface OpenedPrompter {
  readonly prompter: Prompter;
  /** Takes back the question that stands; resolves when the terminal is as it was. */
  close(): Promise<void>;
}

/** @throws {@link CliError} with code `no-input` where there is no terminal */
// @rule cli/prompter-needs-terminal keywire#serve
export function openTerminalPrompter(): OpenedPrompter {
  try {
    closeSync(openSync(TERMINAL, 'r+'));
  } catch (error) {
    throw new CliError(
      'no-input',
      `--prompter=terminal: there is no terminal to ask on (${TERMINAL}: ${errorCode(error)}); choose another --prompter`,
    );
  }
  const end = new AbortController();
  let standing: Promise<unknown> = Promise.resolve();
  const terminal: PromptTerminal = {
    ask(question, signal) {
      const answer = withEither(signal, end.signal, (either) => ask(question, either));
      standing = answer;
      return answer;
    },
    tell,
  };
  return {
    prompter: terminalPrompter(terminal),
    async close() {
      end.abort();
      await standing;
    },
  };
}

/** Gives work a signal that aborts when one of two does. `AbortSignal.any` is newer than Node 18. */
async function withEither<Result>(
  one: AbortSignal,
  other: AbortSignal,
  work: (either: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const either = new AbortController();
  const abort = (): void => either.abort();
  for (const signal of [one, other]) signal.addEventListener('abort', abort, { once: true });
  if (one.aborted || other.aborted) abort();
  try {
    return await work(either.signal);
  } finally {
    for (const signal of [one, other]) signal.removeEventListener('abort', abort);
  }
}

async function ask(question: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
  // Who touches a terminal from the background is stopped by it, and every client would wait.
  // @rule cli/prompter-not-in-background keywire#serve
  if (!isInForeground()) {
    tell('keywire is in the background, where nobody can be asked');
    return undefined;
  }
  discardTypedAhead();
  try {
    return await readHidden(`keywire: ${question}`, signal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.code === 'input-too-large') tell(error.message);
    return undefined;
  }
}

/** What was typed before the question was there is no answer to it. */
// @rule cli/prompter-no-type-ahead keywire#serve
function discardTypedAhead(): void {
  const descriptor = openSync(TERMINAL, constants.O_RDWR | constants.O_NONBLOCK);
  const stream = new ReadStream(descriptor);
  const typed = Buffer.alloc(4096);
  try {
    // In its usual mode the terminal would keep back a line without an end.
    stream.setRawMode(true);
    while (readSync(descriptor, typed) > 0) typed.fill(0);
  } catch (error) {
    // Nothing is left, or the terminal hung up, which the question finds out.
    const code = errorCode(error);
    if (code !== 'EAGAIN' && code !== 'EIO') throw error;
  } finally {
    typed.fill(0);
    stream.setRawMode(false);
    stream.destroy();
  }
}

function tell(line: string): void {
  try {
    const descriptor = openSync(TERMINAL, 'w');
    try {
      writeSync(descriptor, `keywire: ${line}\n`);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The terminal hung up: there is nobody to tell.
  }
}

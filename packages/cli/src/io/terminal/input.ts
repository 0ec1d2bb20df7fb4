/**
 * Reads secrets from stdin and from files, with a limit, into one buffer of its own; the chunks on
 * the way are wiped. Node waits for a silent pipe in a thread that nothing calls back, not even the
 * end of the process: there pipes are read as sockets, so that Ctrl-C works.
 */
import { closeSync, constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import process from 'node:process';
import { concatenate } from '../../concatenate.ts';
import { CliError } from '../../output/cli-error.ts';
import { errorCode } from '../error-code.ts';
import { isReadable } from './descriptor.ts';
import { isTTY } from './terminal.ts';

const STDIN = 0;

export interface ReadRequest {
  readonly maxBytes: number;
  /** What the command line calls it, for complaints. */
  readonly subject: string;
  readonly signal: AbortSignal;
}

type IsLast = (chunk: Uint8Array) => boolean;

/** @throws {@link CliError} with code `input-unreadable`, `input-too-large` or `interrupted` */
export async function readStdin(
  maxBytes: number,
  signal: AbortSignal,
  isLast?: IsLast,
): Promise<Uint8Array> {
  const request = { maxBytes, subject: 'stdin', signal };
  return await readAll(openStdin, request, isLast);
}

/** As {@link readStdin}; `path` may name a pipe, as a shell's `<(…)` does. */
export async function readFile(path: string, request: ReadRequest): Promise<Uint8Array> {
  return await readAll(() => openFile(path, request.subject), request);
}

/** As {@link readStdin}, from a descriptor that the caller of the CLI opened. */
export async function readDescriptor(
  descriptor: number,
  request: ReadRequest,
): Promise<Uint8Array> {
  const open = (): ByteStream => {
    if (descriptor === STDIN) return openStdin();
    // @rule cli/descriptor-is-the-callers keywire#secrets-and-arguments
    if (!isReadable(descriptor)) throw unreadable(request.subject, 'EBADF');
    refuseTerminal(descriptor, request.subject);
    return streamOf(descriptor);
  };
  return await readAll(open, request);
}

interface ByteStream extends AsyncIterable<unknown> {
  destroy(error?: Error): unknown;
}

function openStdin(): ByteStream {
  // Node takes a folder for an empty pipe: an empty secret would be stored.
  // @rule cli/no-empty-by-accident keywire#secrets-and-arguments
  return fstatSync(STDIN).isDirectory() ? streamOf(STDIN) : process.stdin;
}

function openFile(path: string, subject: string): ByteStream {
  if (!isNode()) return createReadStream(path);
  // A pipe without a writer would hold up whoever opens it; so opened, its socket waits for one.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    refuseTerminal(descriptor, subject);
    return streamOf(descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** It shows what is typed into it, and nobody would be told that something is waited for. */
// @rule cli/password-not-shown keywire#secrets-and-arguments
function refuseTerminal(descriptor: number, subject: string): void {
  if (!isTTY(descriptor)) return;
  throw new CliError(
    'input-unreadable',
    `${subject}: it is a terminal, which shows what is typed; leave the option out`,
  );
}

function streamOf(descriptor: number): ByteStream {
  const stats = fstatSync(descriptor);
  return isNode() && (stats.isFIFO() || stats.isSocket())
    ? new Socket({ fd: descriptor, readable: true, writable: false })
    : createReadStream('', { fd: descriptor });
}

/** Bun and Deno read a pipe in a thread that does not outlive them, and have no such sockets. */
function isNode(): boolean {
  return !('Bun' in globalThis) && !('Deno' in globalThis);
}

async function readAll(
  open: () => ByteStream,
  { maxBytes, subject, signal }: ReadRequest,
  isLast: IsLast = () => false,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let stop = (): void => {};
  try {
    const stream = open();
    stop = () => void stream.destroy(new CliError('interrupted', 'interrupted'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    for await (const chunk of stream) {
      if (!(chunk instanceof Uint8Array)) throw new Error('internal error: the input is decoded');
      chunks.push(chunk);
      length += chunk.length;
      // @rule cli/secret-size keywire#limits
      if (length > maxBytes) {
        throw new CliError('input-too-large', `${subject}: expected at most ${maxBytes} bytes`);
      }
      if (isLast(chunk)) break;
    }
    return concatenate(chunks);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw unreadable(subject, errorCode(error));
  } finally {
    signal.removeEventListener('abort', stop);
    for (const chunk of chunks) chunk.fill(0);
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'this user may not read it'],
  ['EISDIR', 'it is a folder'],
  ['EBADF', 'no descriptor of this number is open for reading'],
]);

function unreadable(subject: string, code: string): CliError {
  return new CliError(
    'input-unreadable',
    `${subject}: ${REASONS.get(code) ?? 'cannot be read'} (${code})`,
  );
}

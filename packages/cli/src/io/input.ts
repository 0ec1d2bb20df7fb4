/**
 * Reads secrets from stdin and from files, with a limit, into one buffer of its own; the chunks on
 * the way are wiped. Streams, not blocking reads: Ctrl-C must work while a pipe stays silent.
 */
import { createReadStream } from 'node:fs';
import process from 'node:process';
import { CliError } from '../cli-error.ts';

/** @throws {@link CliError} with code `input-unreadable`, `input-too-large` or `interrupted` */
export async function readStdin(
  maxBytes: number,
  signal: AbortSignal,
  isLast?: (chunk: Uint8Array) => boolean,
): Promise<Uint8Array> {
  return await readAll(process.stdin, 'stdin', maxBytes, signal, isLast);
}

/** As {@link readStdin}; `path` may name a pipe, as a shell's `<(…)` does. */
export async function readFile(
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return await readAll(createReadStream(path), 'the file', maxBytes, signal);
}

/** As {@link readStdin}, from a descriptor that the caller of the CLI opened. */
export async function readDescriptor(
  descriptor: number,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (descriptor === 0) return await readStdin(maxBytes, signal);
  const stream = createReadStream('', { fd: descriptor });
  return await readAll(stream, `descriptor ${descriptor}`, maxBytes, signal);
}

interface ByteStream extends AsyncIterable<unknown> {
  destroy(error?: Error): unknown;
}

async function readAll(
  stream: ByteStream,
  subject: string,
  maxBytes: number,
  signal: AbortSignal,
  isLast: (chunk: Uint8Array) => boolean = () => false,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stop = (): unknown => stream.destroy(new CliError('interrupted', 'interrupted'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const chunk of stream) {
      if (!(chunk instanceof Uint8Array)) throw new Error('internal error: stdin is decoded');
      chunks.push(chunk);
      length += chunk.length;
      // @rule cli/secret-size keywire#limits
      if (length > maxBytes) {
        throw new CliError('input-too-large', `${subject}: a secret has at most ${maxBytes} bytes`);
      }
      if (isLast(chunk)) break;
    }
    return concatenate(chunks, length);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CliError('input-unreadable', `${subject}: cannot be read (${code})`);
  } finally {
    signal.removeEventListener('abort', stop);
    for (const chunk of chunks) chunk.fill(0);
  }
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/**
 * Writes an outcome to descriptors 1 and 2, in order, and wipes the bytes: they may be secrets.
 * `fs.writeSync` costs nothing to start, where `process.stdout` costs milliseconds; the stream is
 * used only where a non-blocking pipe is full and there is an event to wait for.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { concatenate } from '../../concatenate.ts';
import { ExitCode } from '../../exit-code.ts';
import type { OutputChunk, StreamName } from '../../types/outcome.ts';
import { errorCode } from '../error-code.ts';

const DESCRIPTORS: Readonly<Record<StreamName, number>> = { stdout: 1, stderr: 2 };

/**
 * Writes all of it. A reader that went away (`keywire search … | head -1`) is not a failure, and
 * is spared the rest.
 *
 * @returns the exit code of an answer that could not be written, else `undefined`
 */
export async function writeOutput(output: readonly OutputChunk[]): Promise<ExitCode | undefined> {
  let exitCode: ExitCode | undefined;
  const ended = new Set<StreamName>();
  for (const { stream, bytes } of joinNeighbours(output)) {
    if (!ended.has(stream)) {
      const failure = await writeAll(stream, bytes);
      if (failure !== undefined) ended.add(stream);
      if (failure !== undefined && failure !== 'EPIPE') {
        exitCode = ExitCode.OTHER;
        // A full disk behind stdout is told on stderr; one behind stderr can be told nowhere.
        if (stream === 'stdout') await writeAll('stderr', writeFailureLine(failure));
      }
    }
    bytes.fill(0);
  }
  for (const { bytes } of output) bytes.fill(0);
  return exitCode;
}

/** Resolves to the error code that ended the writing, if one did. */
async function writeAll(stream: StreamName, bytes: Uint8Array): Promise<string | undefined> {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(DESCRIPTORS[stream], bytes, written);
    } catch (error) {
      const code = errorCode(error);
      return code === 'EAGAIN' ? await writeLater(stream, bytes.subarray(written)) : code;
    }
  }
  return undefined;
}

function writeLater(stream: StreamName, bytes: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) => {
    process[stream].once('error', (error) => resolve(errorCode(error)));
    process[stream].write(bytes, (error) => {
      resolve(error === null || error === undefined ? undefined : errorCode(error));
    });
  });
}

/** One write for what goes to one stream in a row. */
function joinNeighbours(output: readonly OutputChunk[]): OutputChunk[] {
  const joined: OutputChunk[] = [];
  let start = 0;
  for (let end = 1; end <= output.length; end += 1) {
    const first = output[start];
    if (first === undefined || output[end]?.stream === first.stream) continue;
    const run = output.slice(start, end);
    joined.push(
      run.length === 1
        ? first
        : { stream: first.stream, bytes: concatenate(run.map(({ bytes }) => bytes)) },
    );
    start = end;
  }
  return joined;
}

function writeFailureLine(code: string): Uint8Array {
  return new TextEncoder().encode(`keywire: stdout: cannot be written (${code})\n`);
}

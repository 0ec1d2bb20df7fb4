/**
 * What a command answers: an exit code and the bytes for stdout and stderr, in the order in which
 * a terminal shall show them. Commands build it and return it; io/ writes it, and nothing else
 * does, so that a command is a function from its input to this value.
 * The bytes may hold secrets: whoever writes them wipes them.
 */
import { ExitCode } from './exit-code.ts';

export type StreamName = 'stdout' | 'stderr';

export interface OutputChunk {
  readonly stream: StreamName;
  readonly bytes: Uint8Array;
}

export interface Outcome {
  /** An {@link ExitCode}, or that of a command that was run. */
  readonly code: number;
  readonly output: readonly OutputChunk[];
}

/** Collects output in order. */
export class Output {
  readonly #encoder = new TextEncoder();
  readonly #chunks: OutputChunk[] = [];

  /** Adds text or bytes to stdout; bytes are taken over, not copied. */
  out(part: string | Uint8Array): this {
    return this.#add('stdout', part);
  }

  err(part: string | Uint8Array): this {
    return this.#add('stderr', part);
  }

  finish(code: number = ExitCode.DONE): Outcome {
    return { code, output: this.#chunks };
  }

  #add(stream: StreamName, part: string | Uint8Array): this {
    const bytes = typeof part === 'string' ? this.#encoder.encode(part) : part;
    if (bytes.length > 0) this.#chunks.push({ stream, bytes });
    return this;
  }
}

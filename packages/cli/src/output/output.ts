/** Builds an outcome, part by part. */
import { ExitCode } from '../exit-code.ts';
import type { Outcome, OutputChunk, StreamName } from '../types/outcome.ts';

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

/**
 * What a command answers: an exit code and the bytes for stdout and stderr, in the order in which
 * a terminal shall show them. Commands build it and return it; io/ writes it, and nothing else
 * does, so that a command is a function from its input to this value.
 * The bytes may hold secrets: whoever writes them wipes them.
 */

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

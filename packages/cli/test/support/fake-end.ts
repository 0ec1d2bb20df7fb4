import type { EndRequest, EndSignal } from '../../src/io/signals.ts';

/** Signals as a test sends them. */
export class FakeEnd implements EndRequest {
  readonly signal: AbortSignal = new AbortController().signal;
  taker: ((name: EndSignal) => void) | undefined;

  exitCode(): undefined {
    return undefined;
  }

  handOver(taker: (name: EndSignal) => void): () => void {
    this.taker = taker;
    return () => {
      this.taker = undefined;
    };
  }
}

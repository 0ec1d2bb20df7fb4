// Events for one reader: what is pushed waits until it is asked for, in order.

export class EventQueue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  readonly #onEnd: (queue: EventQueue<T>) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.end();
  #wake: (() => void) | undefined;
  #isEnded = false;

  /** @param onEnd - called once, when the signal fires or the reader leaves */
  constructor(signal: AbortSignal | undefined, onEnd: (queue: EventQueue<T>) => void) {
    this.#onEnd = onEnd;
    this.#signal = signal;
    if (signal?.aborted === true) this.end();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  push(event: T): void {
    if (this.#isEnded) return;
    this.#waiting.push(event);
    this.#wake?.();
  }

  /** What was pushed before is still given. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#onEnd(this);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined> {
    try {
      for (;;) {
        const event = this.#waiting.shift();
        if (event !== undefined) yield event;
        else if (this.#isEnded) return undefined;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.end();
    }
  }
}

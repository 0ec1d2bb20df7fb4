/**
 * What a connection needs of the world: a stream of bytes, a clock with timers, and facts about
 * this process. src/io/ provides them over node:net; tests provide scripted ones.
 */

/** What a transport tells the connection; nothing after `closed`. */
export interface TransportHandlers {
  /** The chunk is only lent: its bytes are gone when the call returns. */
  readonly received: (chunk: Uint8Array) => void;
  /** Everything written so far has been handed to the system. */
  readonly drained: () => void;
  /** The stream is over, with the system's error if there was one; called once. */
  readonly closed: (error: Error | undefined) => void;
}

/** An open stream of bytes in both directions. */
export interface Transport {
  /** Starts the flow of bytes; called once. */
  start(handlers: TransportHandlers): void;
  /**
   * Writes the chunks together; false when the system takes no more for now. `released` is called
   * for each chunk once the system has taken it, or never will: its bytes are not needed any more.
   */
  write(chunks: readonly Uint8Array[], released?: (chunk: Uint8Array) => void): boolean;
  /** Bytes written that the system has not taken yet. */
  readonly queuedBytes: number;
  /** Receives nothing while paused. */
  pause(isPaused: boolean): void;
  /** Sends what is queued, then says so to the other side, whose end closes the stream. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
  /** Keeps the process alive while the stream is open. */
  ref(): void;
  unref(): void;
}

/** Time and timers; timers never keep the process alive. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Calls back once after the given milliseconds; the result cancels that. */
  schedule(delayMs: number, callback: () => void): () => void;
}

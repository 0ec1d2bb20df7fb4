/** A transport whose other end is the test. */
import type { Transport, TransportHandlers } from '../../src/transport/transport.ts';

export class ScriptedTransport implements Transport {
  /** Each write as one entry, its chunks joined. */
  readonly writes: Uint8Array[] = [];
  /** What was asked of the reading, in order. */
  readonly reading: ('pause' | 'resume')[] = [];
  readonly refs: ('ref' | 'unref')[] = [];
  isEnded = false;
  isDestroyed = false;
  /** What `write` answers. */
  takesMore = true;
  queuedBytes = 0;
  #handlers: TransportHandlers | undefined;
  #isHungUp = false;
  readonly #onWrite: (bytes: Uint8Array, transport: ScriptedTransport) => void;

  constructor(onWrite: (bytes: Uint8Array, transport: ScriptedTransport) => void = () => {}) {
    this.#onWrite = onWrite;
  }

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers;
  }

  write(chunks: readonly Uint8Array[], released?: (chunk: Uint8Array) => void): boolean {
    if (this.isEnded || this.isDestroyed) throw new Error('write after the end');
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    this.writes.push(bytes);
    if (released !== undefined) chunks.forEach(released);
    this.#onWrite(bytes, this);
    return this.takesMore;
  }

  pause(isPaused: boolean): void {
    this.reading.push(isPaused ? 'pause' : 'resume');
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    queueMicrotask(() => this.hangUp());
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    queueMicrotask(() => this.hangUp());
  }

  ref(): void {
    this.refs.push('ref');
  }

  unref(): void {
    this.refs.push('unref');
  }

  /** Whether either side has ended it. */
  get isOver(): boolean {
    return this.isDestroyed || this.#isHungUp;
  }

  /** The other side sends bytes. */
  receive(bytes: Uint8Array): void {
    this.#handlers?.received(bytes);
  }

  /** The system has taken everything. */
  drain(): void {
    this.#handlers?.drained();
  }

  /** The other side is gone. */
  hangUp(error?: Error): void {
    this.#isHungUp = true;
    const handlers = this.#handlers;
    this.#handlers = undefined;
    handlers?.closed(error);
  }
}

/**
 * Messages on their way out: those of one tick leave in one write, and those written behind an
 * authentication that may still be refused are kept, so that they can be sent again elsewhere.
 */

import type { Transport } from './transport.ts';

/** Up to here joining chunks is cheaper than handing them over one by one. */
const MAX_JOINED_BYTES = 64 * 1024;

/** Queues encoded messages and writes them together. */
export class Outbox {
  #frames: Uint8Array[] = [];
  /** How many of the frames have been written; more than 0 only until committed. */
  #written = 0;
  #transport: Transport | undefined;
  #isCommitted = false;
  #isFlushPlanned = false;
  #isSaturated = false;
  #whenDrained: (() => void)[] = [];

  /** Whether the system takes no more for now. */
  get isSaturated(): boolean {
    return this.#isSaturated;
  }

  /** Bytes that have not been handed to the system. */
  get queuedBytes(): number {
    let bytes = this.#transport?.queuedBytes ?? 0;
    for (let i = this.#written; i < this.#frames.length; i++) bytes += this.#frames[i]?.length ?? 0;
    return bytes;
  }

  /** Queues one message; it is written at the end of this turn of the event loop's microtasks. */
  push(frame: Uint8Array): void {
    this.#frames.push(frame);
    if (this.#isFlushPlanned || this.#transport === undefined) return;
    this.#isFlushPlanned = true;
    queueMicrotask(() => {
      this.#isFlushPlanned = false;
      this.flush();
    });
  }

  /** Writes `prefix` and everything queued in one go, and later messages as they come. */
  attach(transport: Transport, prefix: Uint8Array): void {
    this.#transport = transport;
    this.#write([prefix, ...this.#frames]);
    this.#written = this.#frames.length;
  }

  /** The other side has accepted us: what was written is not written again. */
  commit(): void {
    this.#isCommitted = true;
    this.#frames = this.#frames.slice(this.#written);
    this.#written = 0;
  }

  /** Lets go of a transport that refused us; everything is queued again. */
  detach(): void {
    this.#transport = undefined;
    this.#written = 0;
    this.#isSaturated = false;
  }

  /** Writes what is queued. */
  flush(): void {
    if (this.#transport === undefined || this.#written === this.#frames.length) return;
    this.#write(this.#written === 0 ? this.#frames : this.#frames.slice(this.#written));
    if (this.#isCommitted) this.#frames = [];
    else this.#written = this.#frames.length;
  }

  /** The transport has handed over everything. */
  drained(): void {
    this.#isSaturated = false;
    const waiting = this.#whenDrained;
    this.#whenDrained = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves at once, or when the system takes more again, or when the connection is over. */
  whenDrained(): Promise<void> {
    this.flush();
    if (!this.#isSaturated) return Promise.resolve();
    return new Promise((resolve) => this.#whenDrained.push(resolve));
  }

  #write(chunks: readonly Uint8Array[]): void {
    const isTaken = this.#transport?.write(join(chunks));
    if (isTaken === false) this.#isSaturated = true;
  }
}

/** One chunk where that is cheap, so that one write is also one packet. */
function join(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  if (chunks.length < 2) return chunks;
  let total = 0;
  for (const chunk of chunks) total += chunk.length;
  if (total > MAX_JOINED_BYTES) return chunks.filter((chunk) => chunk.length > 0);
  const joined = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return [joined];
}

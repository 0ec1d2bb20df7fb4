/**
 * Messages on their way out: those of one tick leave in one write, and those written behind an
 * authentication that may still be refused are kept, so that they can be sent again elsewhere. A
 * message is wiped when it is not needed any more: a plain session's secrets are in some.
 */

import { joinBytes } from '../join-bytes.ts';
import { settleable } from '../settle-quietly.ts';
import type { Transport } from './transport.ts';

/** Up to here joining chunks is cheaper than handing them over one by one. */
const MAX_JOINED_BYTES = 64 * 1024;

/** Queues encoded messages and writes them together. */
export class Outbox {
  /** Whether the connection is over. */
  isClosed = false;
  #frames: Uint8Array[] = [];
  /** How many of the frames have been written; more than 0 only until committed. */
  #written = 0;
  #transport: Transport | undefined;
  #isCommitted = false;
  /** There while the system takes no more; what waits for it to take more, and settles that. */
  #saturation: ReturnType<typeof settleable> | undefined;

  /** Bytes that have not been handed to the system. */
  get queuedBytes(): number {
    return lengthOf(this.#frames.slice(this.#written)) + (this.#transport?.queuedBytes ?? 0);
  }

  /**
   * Queues one message, whose bytes are the outbox's from now on; it is written at the end of this
   * turn of the event loop's microtasks.
   */
  push(frame: Uint8Array): void {
    this.#frames.push(frame);
    queueMicrotask(() => this.flush());
  }

  /** Writes `prefix` and everything queued in one go, and later messages as they come. */
  attach(transport: Transport, prefix: Uint8Array): void {
    this.#transport = transport;
    this.#written = this.#frames.length;
    this.#write([prefix, ...this.#frames]);
  }

  /** The other side has accepted us: what was written is not written again. */
  commit(): void {
    this.#isCommitted = true;
    for (const sent of this.#frames.splice(0, this.#written)) wipe(sent);
    this.#written = 0;
  }

  /** Lets go of a transport that refused us; everything is queued again. */
  detach(): void {
    this.#transport = undefined;
    this.#written = 0;
    this.drained();
  }

  /** Writes what is queued. */
  flush(): void {
    if (this.#transport === undefined || this.#written === this.#frames.length) return;
    const frames = this.#frames.slice(this.#written);
    if (this.#isCommitted) this.#frames = [];
    else this.#written = this.#frames.length;
    this.#write(frames);
  }

  /** The connection is over: nothing that waits is sent any more. */
  close(): void {
    this.isClosed = true;
    for (const frame of this.#frames.splice(0)) wipe(frame);
    this.drained();
  }

  /** The transport has handed over everything. */
  drained(): void {
    if (this.#saturation === undefined) return;
    const [, settle] = this.#saturation;
    this.#saturation = undefined;
    settle();
  }

  /** Resolves at once, or when the system takes more again, or when the connection is over. */
  whenDrained(): Promise<void> {
    this.flush();
    // While there is no transport, nothing is taken at all.
    if (this.#transport === undefined && this.#frames.length > 0) this.#saturation ??= settleable();
    return this.#saturation?.[0] ?? Promise.resolve();
  }

  #write(frames: readonly Uint8Array[]): void {
    let chunks = frames;
    // One chunk where that is cheap, so that one write is also one packet; and copies of what may
    // have to be sent again.
    if (!this.#isCommitted || (frames.length > 1 && lengthOf(frames) <= MAX_JOINED_BYTES)) {
      chunks = [joinBytes(frames)];
      if (this.#isCommitted) frames.forEach(wipe);
    }
    if (this.#transport?.write(chunks, wipe) === false) this.#saturation ??= settleable();
    else this.drained();
  }
}

function lengthOf(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, { length }) => sum + length, 0);
}

function wipe(frame: Uint8Array): void {
  frame.fill(0);
}

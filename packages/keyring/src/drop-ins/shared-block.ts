/**
 * A block of memory that two threads share: it holds a request, then the reply to it. One thread
 * waits until the other has changed the state. Both sides wipe what they have read.
 */

const STATE = 0;
const LENGTH = 1;
const HEADER_BYTES = 8;

/** What the first word says; `waiting` must be 0, the value of fresh memory. */
const State = { waiting: 0, replied: 1, 'too-long': 2, ended: 3 } as const;

/** Room for most replies; what is longer is asked for again with a longer block. */
export const USUAL_BLOCK_BYTES = 65_536;

export class SharedBlock {
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #data: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#data = new Uint8Array(memory, HEADER_BYTES);
  }

  /** A fresh block that holds a request, with room for a reply of at least so many bytes. */
  static holding(request: Uint8Array, replyBytes: number = USUAL_BLOCK_BYTES): SharedBlock {
    const capacity = Math.max(request.length, replyBytes);
    const block = new SharedBlock(new SharedArrayBuffer(HEADER_BYTES + capacity));
    block.#data.set(request);
    Atomics.store(block.#header, LENGTH, request.length);
    return block;
  }

  /** The number of bytes of the request, or of the reply, also of one that did not fit. */
  get length(): number {
    return Atomics.load(this.#header, LENGTH);
  }

  /** Whether the reply was longer than the block. */
  get isTooShort(): boolean {
    return Atomics.load(this.#header, STATE) === State['too-long'];
  }

  /** Whether the other thread has said that it ends. */
  get hasEnded(): boolean {
    return Atomics.load(this.#header, STATE) === State.ended;
  }

  /** Takes out what the block holds, as a copy, and wipes it. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    bytes.set(this.#data.subarray(0, bytes.length));
    this.#data.fill(0);
    return bytes;
  }

  /** Puts the reply in and wakes the thread that waits; false when it does not fit. */
  give(reply: Uint8Array): boolean {
    const fits = reply.length <= this.#data.length;
    if (fits) this.#data.set(reply);
    Atomics.store(this.#header, LENGTH, reply.length);
    Atomics.store(this.#header, STATE, fits ? State.replied : State['too-long']);
    Atomics.notify(this.#header, STATE);
    return fits;
  }

  /** Says that nothing comes from this thread any more, and wakes the one that waits. */
  end(): void {
    Atomics.store(this.#header, STATE, State.ended);
    Atomics.notify(this.#header, STATE);
  }

  /** Stops this thread until there is a reply, or an end; false when the deadline came first. */
  wait(timeoutMs: number): boolean {
    return Atomics.wait(this.#header, STATE, State.waiting, timeoutMs) !== 'timed-out';
  }
}

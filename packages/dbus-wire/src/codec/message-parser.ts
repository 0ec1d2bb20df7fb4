/**
 * Messages out of a stream of bytes, without touching the stream itself.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol
 *
 * Work and memory are proportional to the bytes fed: whole messages are decoded where they lie in
 * the chunk, what is left waits in one buffer that grows by doubling as bytes really come, never to
 * a size that a header merely announces.
 */
import { atLeast, checkBytes, checkObject } from './arguments.ts';
import { decodeFrame, messageLength } from './decode-message.ts';
import { FIXED_HEADER_BYTES, MAX_MESSAGE_BYTES } from './limits.ts';
import type { Message } from './message.ts';
import type { DecodeOptions } from './unmarshal.ts';
import { WireError } from './wire-error.ts';

/** What a parser accepts and how it decodes. */
export interface MessageParserOptions extends DecodeOptions {
  /** The longest message, header included; at most and by default 2^27. */
  readonly maxMessageBytes?: number | undefined;
}

/** What a parser has done: numbers to prove with that its cost is linear. */
export interface ParserCounters {
  /** Bytes handed to `feed`. */
  bytesFed: number;
  /** Bytes copied into the waiting buffer, growing it included. */
  bytesCopied: number;
  /** Bytes allocated for waiting buffers. */
  bytesAllocated: number;
  messages: number;
}

const MIN_BUFFER_BYTES = 256;

/** A sans-IO parser: {@link feed} it what was read, it gives the messages that became complete. */
export class MessageParser {
  readonly counters: ParserCounters = {
    bytesFed: 0,
    bytesCopied: 0,
    bytesAllocated: 0,
    messages: 0,
  };
  readonly #maxMessageBytes: number;
  readonly #typed: boolean;
  #waiting = new Uint8Array(0);
  #waitingLength = 0;
  /** The length of the message that waits, once its first 16 bytes are there. */
  #wanted = FIXED_HEADER_BYTES;
  #failure: WireError | undefined;

  constructor(options: MessageParserOptions = {}) {
    checkObject('options', options);
    const { maxMessageBytes = MAX_MESSAGE_BYTES } = options;
    atLeast(FIXED_HEADER_BYTES, 'maxMessageBytes', maxMessageBytes);
    this.#maxMessageBytes = Math.min(maxMessageBytes, MAX_MESSAGE_BYTES);
    this.#typed = options.bulk === 'typed';
  }

  /** Whether a rule was broken; such a parser takes nothing any more. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Bytes of an unfinished message. */
  get waitingBytes(): number {
    return this.#waitingLength;
  }

  /**
   * The messages that `chunk` completes, bodies checked and decoded. The chunk is not kept.
   *
   * @throws {@link WireError} at the first rule broken: `messages` holds those completed before it,
   * and every later call throws the same fault without messages
   */
  feed(chunk: Uint8Array): Message[] {
    if (this.#failure !== undefined) throw this.#failure;
    // Before anything is touched: what waits belongs to a message that can still be completed.
    checkBytes('chunk', chunk);
    this.counters.bytesFed += chunk.length;
    const messages: Message[] = [];
    try {
      let at = 0;
      while (at < chunk.length) at += this.#take(chunk, at, messages);
    } catch (error) {
      throw this.#fail(error, messages);
    } finally {
      this.counters.messages += messages.length;
    }
    return messages;
  }

  /** Wipes the unfinished message of a stream that has ended: it may hold half a secret. */
  discard(): void {
    this.#reset();
  }

  /** Takes bytes that belong together from where they start in the chunk; returns how many. */
  #take(chunk: Uint8Array, at: number, messages: Message[]): number {
    const left = chunk.length - at;
    if (this.#waitingLength === 0 && left >= FIXED_HEADER_BYTES) {
      const length = messageLength(chunk, at, this.#maxMessageBytes);
      if (length <= left) {
        messages.push(decodeFrame(chunk, at, at + length, this.#typed));
        return length;
      }
      this.#wanted = length;
    }
    const taken = Math.min(this.#wanted - this.#waitingLength, left);
    this.#keep(chunk, at, at + taken);
    if (this.#waitingLength === FIXED_HEADER_BYTES) {
      this.#wanted = messageLength(this.#waiting, 0, this.#maxMessageBytes);
    }
    if (this.#waitingLength === this.#wanted) {
      messages.push(decodeFrame(this.#waiting, 0, this.#wanted, this.#typed));
      this.#reset();
    }
    return taken;
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const length = this.#waitingLength + to - from;
    if (length > this.#waiting.length) this.#grow(length);
    this.#waiting.set(chunk.subarray(from, to), this.#waitingLength);
    this.#waitingLength = length;
    this.counters.bytesCopied += to - from;
  }

  #grow(needed: number): void {
    const old = this.#waiting;
    const useful = Math.max(this.#wanted, MIN_BUFFER_BYTES);
    this.#waiting = new Uint8Array(Math.max(needed, Math.min(useful, old.length * 2)));
    this.#waiting.set(old.subarray(0, this.#waitingLength));
    old.fill(0, 0, this.#waitingLength);
    this.counters.bytesCopied += this.#waitingLength;
    this.counters.bytesAllocated += this.#waiting.length;
  }

  /** The message was decoded, or never will be: nothing of it stays here. */
  #reset(): void {
    this.#waiting.fill(0, 0, this.#waitingLength);
    this.#waiting = new Uint8Array(0);
    this.#waitingLength = 0;
    this.#wanted = FIXED_HEADER_BYTES;
  }

  #fail(error: unknown, messages: readonly Message[]): unknown {
    this.#reset();
    if (!(error instanceof WireError)) return error;
    this.#failure = new WireError(error.code, error.offset);
    return new WireError(error.code, error.offset, messages);
  }
}

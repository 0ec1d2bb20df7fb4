/**
 * Where a message is put together, and the primitive steps over it.
 *
 * One permanent scratch with permanent views serves every message. Room is asked for only where
 * data decides how much is needed: {@link SLACK} bytes are always free after that, which is more
 * than all values of fixed size that one signature of 255 codes can name between two such places.
 */
import { type TextBytes, text } from './bytes.ts';
import { WireError, type WireErrorCode } from './errors.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';

/** Always free behind the position: 255 values of 8 bytes with padding, and a header's fixed part. */
export const SLACK = 8192;

const INITIAL_BYTES = 65536;

/** A scratch that grew further than this is given back after the message. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** The bytes under an encoder, and its position in them. */
export class Writer {
  bytes: TextBytes;
  plain: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  pos = 0;
  /** Containers around the signature that is being written: those of enclosing variants. */
  depth = 0;
  /** The last object path that was found valid: the next one often starts like it. */
  pathAt = 0;
  pathLength = 0;
  #limit: number;

  constructor(initialBytes: number = INITIAL_BYTES) {
    const buffer = new ArrayBuffer(initialBytes);
    this.bytes = text.view(buffer, 0, initialBytes);
    this.plain = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.#limit = initialBytes - SLACK;
  }

  /** Starts a message. */
  reset(): void {
    this.pos = 0;
    this.depth = 0;
    this.pathLength = 0;
  }

  /** Makes sure that `count` bytes and the slack can be written. */
  reserve(count: number): void {
    if (this.pos + count > this.#limit) this.#grow(this.pos + count + SLACK);
  }

  /** The message in a buffer of its own; what the scratch held of a secret is wiped. */
  take(canHoldSecret: boolean): Uint8Array<ArrayBuffer> {
    const taken = this.plain.slice(0, this.pos);
    this.clear(canHoldSecret);
    return taken;
  }

  /** Ends a message, whether or not it was taken. */
  clear(canHoldSecret: boolean): void {
    if (this.plain.length > KEPT_BYTES) this.#replace(new ArrayBuffer(INITIAL_BYTES));
    else if (canHoldSecret) this.plain.fill(0, 0, this.pos);
  }

  /** A fault of the value that would lie at the current position, or where told. */
  fault(code: WireErrorCode, at: number = this.pos): WireError {
    return new WireError(code, at);
  }

  #grow(needed: number): void {
    // @rule wire/message-too-long dbus#message-protocol-messages
    if (needed - SLACK > MAX_MESSAGE_BYTES) throw this.fault('message-too-long');
    const old = this.plain;
    this.#replace(new ArrayBuffer(Math.max(needed, old.length * 2)));
    this.plain.set(old.subarray(0, this.pos));
    // The old scratch may hold the first half of a secret.
    old.fill(0, 0, this.pos);
  }

  #replace(buffer: ArrayBuffer): void {
    this.bytes = text.view(buffer, 0, buffer.byteLength);
    this.plain = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.#limit = buffer.byteLength - SLACK;
  }
}

/** Writes zero padding up to a multiple of 8 and returns the position there. */
export function pad8(w: Writer): number {
  const at = w.pos;
  // Two stores that may reach past the padding: what they reach is written later.
  w.view.setInt32(at, 0);
  w.view.setInt32(at + 4, 0);
  w.pos = (at + 7) & -8;
  return w.pos;
}

/** Writes zero padding up to a multiple of 4, steps over a 4-byte value and returns its place. */
export function put4(w: Writer): number {
  w.view.setInt32(w.pos, 0);
  const at = (w.pos + 3) & -4;
  w.pos = at + 4;
  return at;
}

/** Writes zero padding up to a multiple of 8, steps over an 8-byte value and returns its place. */
export function put8(w: Writer): number {
  const at = pad8(w);
  w.pos = at + 8;
  return at;
}

/** Writes zero padding up to a multiple of 2, steps over a 2-byte value and returns its place. */
export function put2(w: Writer): number {
  w.view.setInt16(w.pos, 0);
  const at = (w.pos + 1) & -2;
  w.pos = at + 2;
  return at;
}

/** Steps over one byte and returns its place. */
export function put1(w: Writer): number {
  const at = w.pos;
  w.pos = at + 1;
  return at;
}

/**
 * Where a message lies while it is decoded, and the primitive steps over it.
 *
 * Small messages are copied into one permanent scratch with permanent views: making views costs
 * more than decoding a small message. Alignment counts from the start of the view, which is the
 * start of the message. Multi-byte text is compared and checked in 32-bit words: D-Bus puts a
 * string at a multiple of four, and DataView reads any offset.
 */
import { Block, Cursor } from './cursor.ts';
import { WireError, type WireErrorCode } from './wire-error.ts';

/** Up to this size copying is cheaper than new views over the caller's bytes. */
export const SCRATCH_BYTES = 65536;

/** How far a copy for arrays of bytes reaches: what a short one that is kept pins in memory. */
const COPIED_BYTES = 4096;

/** A typed array of at most so many bytes may lie among JavaScript's objects, where it is moved. */
const MAX_MOVED_BYTES = 64;

const NOTHING = new Uint8Array(0);

/** The bytes under a decoder, and its position in them. */
export class Reader extends Cursor<ArrayBufferLike> {
  end = 0;
  /** Whether arrays of numbers become typed arrays. */
  typed = false;
  /** The length of the text that was opened last. */
  textLength = 0;
  /** Up to where the texts ahead may share one big string: nothing between can hold a secret. */
  shareTo = 0;
  /** The last object path that was found valid: the next one often starts like it. */
  pathAt = 0;
  pathLength = 0;
  /** The last string, where they may not share one; it is forgotten with its message. */
  last = '';
  lastAt = 0;
  sharedText = '';
  sharedFrom = 0;
  sharedTo = 0;
  /** The bytes in `[copiedFrom, copiedTo)` of the message, for the arrays in them. */
  #copy: Uint8Array = NOTHING;
  #copiedFrom = 0;
  #copiedTo = 0;
  readonly #scratch: Block<ArrayBufferLike>;

  constructor() {
    const scratch = new Block<ArrayBufferLike>(new ArrayBuffer(SCRATCH_BYTES));
    super(scratch);
    this.#scratch = scratch;
  }

  /** Puts `source[from, to)` under the reader; {@link unload} must follow. */
  load(source: Uint8Array, from: number, to: number, little: boolean, typed: boolean): void {
    const length = to - from;
    this.pos = 0;
    this.end = length;
    this.little = little;
    this.typed = typed;
    this.depth = 0;
    this.pathLength = 0;
    this.shareTo = 0;
    this.sharedTo = 0;
    this.lastAt = 0;
    if (length > SCRATCH_BYTES) {
      this.use(new Block(source.buffer, source.byteOffset + from, length));
    } else {
      this.plain.set(from === 0 && to === source.length ? source : source.subarray(from, to));
    }
  }

  /** Lets go of the bytes; a copy that can hold a secret is wiped. */
  unload(canHoldSecret: boolean): void {
    this.sharedText = '';
    this.#copy = NOTHING;
    this.#copiedTo = 0;
    this.last = '';
    if (this.plain !== this.#scratch.plain) this.use(this.#scratch);
    else if (canHoldSecret) this.plain.fill(0, 0, this.end);
  }

  /**
   * Takes an array of bytes, which may be a secret, out of the message. The first one is copied with
   * what follows it, so that short ones of one message are views of one buffer: a buffer for each
   * would cost more than reading all the rest.
   */
  takeBytes(start: number, end: number): Uint8Array {
    if (end > this.#copiedTo) {
      // The part of this array that was copied would be a second copy of a secret.
      this.#copy.fill(0, start - this.#copiedFrom);
      this.#copiedFrom = start;
      this.#copiedTo = Math.max(end, Math.min(start + COPIED_BYTES, this.end));
      this.#copy = unmovedCopy(this.plain, start, this.#copiedTo);
    }
    return this.#copy.subarray(start - this.#copiedFrom, end - this.#copiedFrom);
  }

  /** A fault at the current position, or where told. */
  fault(code: WireErrorCode, at: number = this.pos): WireError {
    return new WireError(code, at);
  }
}

/** The one reader of the codec: decoding calls nothing that could come back here. */
export const reader: Reader = new Reader();

/** A copy that can be wiped: one that the collector moved about would have left others behind. */
function unmovedCopy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (end - start > MAX_MOVED_BYTES) return bytes.slice(start, end);
  const copy = new Uint8Array(new ArrayBuffer(end - start));
  copy.set(bytes.subarray(start, end));
  return copy;
}

/** Steps over the padding, of which there is some, to a multiple of `alignment`. */
export function align(r: Reader, alignment: 1 | 2 | 4 | 8): number {
  const from = r.pos;
  const to = (from + alignment - 1) & -alignment;
  // @rule wire/value-truncated dbus#message-protocol-marshaling
  if (to > r.end) throw r.fault('value-truncated');
  // Padding that says something is a channel past every filter that looks at values only.
  // @rule wire/padding-not-zero dbus#message-protocol-marshaling
  for (let at = from; at < to; at += 1) {
    if (r.view.getUint8(at) !== 0) throw r.fault('padding-not-zero', from);
  }
  r.pos = to;
  return to;
}

/** Takes an aligned value of `size` bytes and returns where it is. */
export function take(r: Reader, size: 1 | 2 | 4 | 8): number {
  const at = (r.pos & (size - 1)) === 0 ? r.pos : align(r, size);
  const next = at + size;
  if (next > r.end) throw r.fault('value-truncated');
  r.pos = next;
  return at;
}

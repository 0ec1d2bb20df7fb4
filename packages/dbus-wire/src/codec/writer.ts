/**
 * Where a message is put together, and the primitive steps over it.
 *
 * One permanent scratch with permanent views serves every message. Room is asked for only where
 * data decides how much is needed: {@link SLACK} bytes are always free after that, which is more
 * than all values of fixed size that one signature of 255 codes can name between two such places.
 */
import { Block, Cursor } from './cursor.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { WireError, type WireErrorCode } from './wire-error.ts';

/** Always free behind the position: 255 values of 8 bytes, each with 7 bytes of padding. */
export const SLACK = 4096;

const ARENA_BYTES = 32 * 1024;

/** Messages up to this size without bytes in them lie side by side in an arena. */
const MAX_ARENA_MESSAGE_BYTES = 1024;

/** A buffer for large messages that grew further than this is given back after its message. */
const MAX_SPARE_BYTES = 4 * 1024 * 1024;

/** For one value of this size or more a buffer is made to measure, to be handed out uncopied. */
const MIN_HANDED_OVER_BYTES = 256 * 1024;

/**
 * The bytes under an encoder, and its position in them. A message is put together in an arena; one
 * that outgrows it moves, at the same offsets, to a spare buffer.
 */
export class Writer extends Cursor<ArrayBuffer> {
  /** Where the message starts: a multiple of 8. */
  base = 0;
  /** Whether bytes were written, the only type that a secret has. */
  hasBytes = false;
  /** What an object path of this message starts with, up to its last slash; and where it lies. */
  parent = '';
  parentAt = 0;
  #otherParent = '';
  #otherParentAt = 0;
  #limit: number = ARENA_BYTES - SLACK;
  #arena: Block<ArrayBuffer>;
  #spare: Block<ArrayBuffer> | undefined;

  constructor() {
    const arena = blockOf(ARENA_BYTES);
    super(arena);
    this.#arena = arena;
  }

  /** Starts a message. */
  reset(little: boolean): void {
    // A new arena, when little is left of the old one or somebody transferred it away.
    if (this.base + 2 * SLACK > this.plain.length) {
      this.#arena = blockOf(ARENA_BYTES);
      this.base = 0;
      this.use(this.#arena);
    }
    this.pos = this.base;
    this.little = little;
    this.depth = 0;
    this.hasBytes = false;
  }

  /** Makes sure that `count` bytes and the slack can be written. */
  reserve(count: number): void {
    if (this.pos + count > this.#limit) this.#grow(count);
  }

  /** The message; in a buffer of its own unless it is small and has no bytes in it. */
  take(): Uint8Array<ArrayBuffer> {
    const { plain, base, pos } = this;
    if (plain === this.#arena.plain) {
      if (this.hasBytes || pos - base > MAX_ARENA_MESSAGE_BYTES) return plain.slice(base, pos);
      this.base = (pos + 7) & -8;
      return new Uint8Array(plain.buffer, base, pos - base);
    }
    // A buffer made to measure goes away with its message: copying would cost as much again.
    if (plain !== this.#spare?.plain && plain.length - pos <= 2 * SLACK) {
      this.use(this.#arena);
      return plain.subarray(base, pos);
    }
    return plain.slice(base, pos);
  }

  /** Ends a message, whether or not it was taken: what could be a secret is wiped and forgotten. */
  clear(): void {
    this.parent = '';
    this.#otherParent = '';
    if (this.plain !== this.#arena.plain) {
      if (this.hasBytes) this.plain.fill(0, this.base, this.pos);
      if (this.plain.length > MAX_SPARE_BYTES) this.#spare = undefined;
      this.use(this.#arena);
    } else if (this.hasBytes) {
      this.plain.fill(0, this.base, this.pos);
    }
  }

  /** Makes the parent before the last one the last one, and the other way round. */
  swapParents(): void {
    [this.parent, this.#otherParent] = [this.#otherParent, this.parent];
    [this.parentAt, this.#otherParentAt] = [this.#otherParentAt, this.parentAt];
  }

  /** A fault of the value that would lie at the current position, or where told. */
  fault(code: WireErrorCode, at: number = this.pos): WireError {
    return new WireError(code, at - this.base);
  }

  #grow(count: number): void {
    // @rule wire/message-too-long dbus#message-protocol-messages
    if (this.pos + count - this.base > MAX_MESSAGE_BYTES) throw this.fault('message-too-long');
    const old = this.plain;
    const needed = this.pos + count + SLACK;
    const block = count >= MIN_HANDED_OVER_BYTES ? blockOf(needed) : this.#spareOf(needed);
    block.plain.set(old.subarray(this.base, this.pos), this.base);
    // What moves may be the first half of a secret.
    if (this.hasBytes) old.fill(0, this.base, this.pos);
    this.use(block);
  }

  #spareOf(needed: number): Block<ArrayBuffer> {
    const { length } = this.plain;
    const known = this.#spare;
    if (known !== undefined && known.plain.length >= needed) return known;
    this.#spare = blockOf(Math.max(needed, length * (length < MIN_HANDED_OVER_BYTES ? 4 : 2)));
    return this.#spare;
  }

  protected override use(block: Block<ArrayBuffer>): void {
    super.use(block);
    this.#limit = block.plain.length - SLACK;
  }
}

function blockOf(length: number): Block<ArrayBuffer> {
  return new Block(new ArrayBuffer(length));
}

let idleWriter: Writer | undefined = new Writer();

/**
 * Runs `encode` with a writer. Values can have getters and iterators that encode something
 * themselves: an inner call gets a writer of its own.
 */
export function withWriter<T>(little: boolean, encode: (w: Writer) => T): T {
  const w = idleWriter ?? new Writer();
  idleWriter = undefined;
  w.reset(little);
  try {
    return encode(w);
  } finally {
    w.clear();
    idleWriter = w;
  }
}

/** Writes zero padding up to a multiple of `alignment` and returns the position there. */
export function pad(w: Writer, alignment: 1 | 2 | 4 | 8): number {
  const at = w.pos;
  // Stores that may reach past the padding: what they reach is written later.
  w.view.setInt32(at, 0);
  if (alignment === 8) w.view.setInt32(at + 4, 0);
  w.pos = (at + alignment - 1) & -alignment;
  return w.pos;
}

/** Pads for a value of `size` bytes, steps over it and returns its place. */
export function put(w: Writer, size: 1 | 2 | 4 | 8): number {
  const at = pad(w, size);
  w.pos = at + size;
  return at;
}

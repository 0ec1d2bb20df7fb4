/**
 * GVariant serialisation, little-endian, for exactly the shapes of the v1 keyring file:
 * arrays of variable-sized elements, and pairs of two variable-sized members. See "Serialisation
 * Format" in the GVariant specification, https://people.gnome.org/~desrt/gvariant-serialisation.pdf
 *
 * Strict: only normal form is accepted (ordered framing offsets that meet their table, NUL-ended
 * UTF-8 strings). All members here have alignment 1; the two tuples with aligned numbers are laid
 * out by their owners with {@link FramedTuple}.
 */
import {
  concatBytes,
  decodeUtf8,
  encodeUtf8,
  joinBytes,
  type OwnBytes,
  plainView,
} from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';

/**
 * Splits an array of variable-sized elements into views of its elements. O(elements).
 * @param checkCount may refuse so many, before they are made
 */
export function splitArray(
  bytes: Uint8Array,
  subject: string,
  checkCount: (count: number) => void = () => {},
): Uint8Array[] {
  if (bytes.length === 0) return [];
  const width = offsetWidth(bytes.length);
  const view = viewOf(bytes);
  const tableStart = readOffset(view, bytes.length - width, width);
  // @rule file/gvariant-framing keywire#v1
  if (tableStart > bytes.length - width || (bytes.length - tableStart) % width !== 0) {
    throw misframed(subject);
  }
  checkCount((bytes.length - tableStart) / width);
  const elements: Uint8Array[] = [];
  let start = 0;
  for (let at = tableStart; at < bytes.length; at += width) {
    const end = readOffset(view, at, width);
    if (end < start || end > tableStart) throw misframed(subject);
    elements.push(bytes.subarray(start, end));
    start = end;
  }
  return elements;
}

/** The inverse of {@link splitArray}. */
export function joinArray(elements: readonly Uint8Array[]): OwnBytes {
  let end = 0;
  const ends = elements.map((element) => (end += element.length));
  return joinBytes([...elements, formatOffsets(end, ends)]);
}

/** Splits a tuple or dictionary entry of two variable-sized members. */
export function splitPair(bytes: Uint8Array, subject: string): [Uint8Array, Uint8Array] {
  const tuple = new FramedTuple(bytes, 1, subject);
  return [tuple.variable(), tuple.last()];
}

/** The inverse of {@link splitPair}. */
export function joinPair(first: Uint8Array, second: Uint8Array): OwnBytes {
  return concatBytes(first, second, formatOffsets(first.length + second.length, [first.length]));
}

/** Reads a string: UTF-8 with one NUL, at its end. */
export function readString(bytes: Uint8Array, subject: string): string {
  // @rule file/gvariant-string keywire#v1
  if (bytes.indexOf(0) !== bytes.length - 1 || bytes.length === 0) {
    throw new KeyringFileError(
      'malformed',
      `${subject}: expected a string with one NUL at its end, got ${bytes.length} bytes`,
    );
  }
  return decodeUtf8(bytes.subarray(0, -1), subject);
}

/** The inverse of {@link readString}. */
export function formatString(text: string): OwnBytes {
  return encodeUtf8(`${text}\0`);
}

/** Reads a tuple from its first member to its last; framing offsets are stored last to first. */
export class FramedTuple {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #subject: string;
  readonly #width: 1 | 2 | 4;
  readonly #bodyEnd: number;
  #tableAt: number;
  #offset = 0;

  /** @param offsets the number of variable-sized members that are not the last one */
  constructor(bytes: Uint8Array, offsets: number, subject: string) {
    this.#bytes = plainView(bytes);
    this.#view = viewOf(bytes);
    this.#subject = subject;
    this.#width = offsetWidth(bytes.length);
    this.#bodyEnd = bytes.length - offsets * this.#width;
    this.#tableAt = bytes.length;
    if (this.#bodyEnd < 0) throw misframed(subject);
  }

  uint32(): number {
    return this.#view.getUint32(this.#fixed(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#fixed(8), true);
  }

  /** A variable-sized member that has a framing offset. */
  variable(): Uint8Array {
    this.#tableAt -= this.#width;
    const end = readOffset(this.#view, this.#tableAt, this.#width);
    if (end < this.#offset || end > this.#bodyEnd) throw misframed(this.#subject);
    const member = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return member;
  }

  /** The last member, variable-sized: all that is left before the framing offsets. */
  last(): Uint8Array {
    return this.#bytes.subarray(this.#offset, this.#bodyEnd);
  }

  #fixed(size: number): number {
    const start = Math.ceil(this.#offset / size) * size;
    if (start + size > this.#bodyEnd) throw misframed(this.#subject);
    // @rule file/gvariant-padding keywire#v1
    if (this.#bytes.subarray(this.#offset, start).some((byte) => byte !== 0)) {
      throw new KeyringFileError('malformed', `${this.#subject}: expected zero padding`);
    }
    this.#offset = start + size;
    return start;
  }
}

/** Formats framing offsets, in the order given, in the width that the whole container will have. */
export function formatOffsets(bodyBytes: number, offsets: readonly number[]): OwnBytes {
  const width =
    bodyBytes + offsets.length <= 0xff ? 1 : bodyBytes + 2 * offsets.length <= 0xffff ? 2 : 4;
  const table = new Uint8Array(width * offsets.length);
  const view = new DataView(table.buffer);
  for (const [index, offset] of offsets.entries()) {
    const at = index * width;
    if (width === 1) view.setUint8(at, offset);
    else if (width === 2) view.setUint16(at, offset, true);
    else view.setUint32(at, offset, true);
  }
  return table;
}

/** The bytes of a framing offset; the 8-byte width begins far above the largest file allowed. */
function offsetWidth(containerBytes: number): 1 | 2 | 4 {
  if (containerBytes <= 0xff) return 1;
  return containerBytes <= 0xffff ? 2 : 4;
}

function readOffset(view: DataView, at: number, width: 1 | 2 | 4): number {
  if (width === 1) return view.getUint8(at);
  return width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function misframed(subject: string): KeyringFileError {
  return new KeyringFileError(
    'malformed',
    `${subject}: expected framing offsets in order and inside, got others (damaged or cut short)`,
  );
}

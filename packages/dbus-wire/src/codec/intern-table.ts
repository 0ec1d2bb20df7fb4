/**
 * Strings that were seen before: names in headers, keys of dictionaries, signatures. A peer decides
 * what is looked up here, so the table has a fixed number of slots and a new text takes the place of
 * the old one; the worst that chosen texts can do is to miss. Values never come here: they may be
 * secrets, and what is interned outlives its message.
 */
import { sameText } from './text-scan.ts';

const SLOTS = 1024;
const SLOT_BYTES = 64;

/** What a text was checked to be; a hit answers for the check too. Texts of headers have their field's code. */
export const TextKind = {
  STRING: 0,
  /** The text of a signature, whose grammar is checked each time: it may be any bytes. */
  SIGNATURE: 8,
  PATH: 16,
} as const;

/** A direct-mapped table from (kind, bytes) to string. */
export class InternTable {
  readonly #store: DataView = new DataView(new ArrayBuffer(SLOTS * SLOT_BYTES));
  readonly #tags: Int32Array = new Int32Array(SLOTS).fill(-1);
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');

  /** The string for the bytes, or undefined; the byte after them must be a NUL. */
  get(view: DataView, start: number, length: number, kind: number): string | undefined {
    if (length < 3 || length >= SLOT_BYTES) return undefined;
    const slot = slotOf(view, start, length, kind);
    if (this.#tags[slot] !== tagOf(length, kind)) return undefined;
    return sameText(view, start, this.#store, slot * SLOT_BYTES, length)
      ? this.#texts[slot]
      : undefined;
  }

  /** Keeps a text that was checked to be of its kind; lengths out of range are not kept. */
  set(view: DataView, start: number, length: number, kind: number, text: string): void {
    if (length < 3 || length >= SLOT_BYTES) return;
    const slot = slotOf(view, start, length, kind);
    this.#tags[slot] = tagOf(length, kind);
    this.#texts[slot] = text;
    // The NUL is copied too: it fills the word of a three-byte text. The last word overlaps.
    const to = slot * SLOT_BYTES;
    const last = length - 3;
    for (let i = 0; i < last; i += 4) {
      this.#store.setInt32(to + i, view.getInt32(start + i, true), true);
    }
    this.#store.setInt32(to + last, view.getInt32(start + last, true), true);
  }
}

function tagOf(length: number, kind: number): number {
  return (kind << 8) | length;
}

function slotOf(view: DataView, start: number, length: number, kind: number): number {
  const reach = length < 4 ? 0 : length - 4;
  const mixed =
    Math.imul(view.getInt32(start, true), 0x9e3779b1) ^
    Math.imul(view.getInt32(start + (reach >> 1), true), 0x85ebca77) ^
    Math.imul(view.getInt32(start + reach, true) + length, 0xc2b2ae3d);
  // The kind takes part: one name is often both a destination and an interface.
  return (mixed ^ (mixed >>> 15) ^ (mixed >>> 23) ^ kind) & (SLOTS - 1);
}

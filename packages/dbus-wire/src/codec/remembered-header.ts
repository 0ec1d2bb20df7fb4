/**
 * A few headers, remembered by their bytes: the next one that differs in its flags, serials and body
 * length only, as that of the next reply of the same peer does, is not parsed again.
 */
import type { OpenHeader } from './header.ts';
import { FIXED_HEADER_BYTES } from './limits.ts';
import type { Reader } from './reader.ts';

/** Headers that are remembered, one for each slot, and how long they may be: a multiple of 8. */
const REMEMBERED = 8;
const REMEMBERED_BYTES = 512;

/** All bytes of a header's first word but the flags, read with the first byte lowest. */
const ALL_BUT_FLAGS = ~0x00ff0000;

/** A header as it was parsed last, and its bytes. */
export class RememberedHeader {
  #header: OpenHeader | undefined;
  readonly #bytes: DataView = new DataView(new ArrayBuffer(REMEMBERED_BYTES));
  #length = 0;

  /** The header, if that under the reader is the same but for its numbers; it is stepped over. */
  match(r: Reader): OpenHeader | undefined {
    const { view } = r;
    const known = this.#bytes;
    const length = this.#length;
    const header = this.#header;
    if (header === undefined) return undefined;
    if (((view.getInt32(0, true) ^ known.getInt32(0, true)) & ALL_BUT_FLAGS) !== 0)
      return undefined;
    if (view.getInt32(12, true) !== known.getInt32(12, true)) return undefined;
    // Fields start at a multiple of 8: the number of REPLY_SERIAL is the second word of its own.
    for (let at = FIXED_HEADER_BYTES; at < length; at += 8) {
      const first = view.getInt32(at, true) ^ known.getInt32(at, true);
      const second = view.getInt32(at + 4, true) ^ known.getInt32(at + 4, true);
      if ((first | second) !== 0 && (first !== 0 || at + 4 !== header.replySerialAt)) {
        return undefined;
      }
    }
    r.pos = length;
    return header;
  }

  /** Keeps a header that was parsed and ends at the reader's position. */
  keep(header: OpenHeader, { view, pos }: Reader): void {
    // Nothing of a long header stays here: a peer could leave as much as a message holds.
    if (pos > REMEMBERED_BYTES) return;
    for (let at = 0; at < pos; at += 4) this.#bytes.setInt32(at, view.getInt32(at, true), true);
    this.#header = header;
    this.#length = pos;
  }
}

const remembered = Array.from({ length: REMEMBERED }, () => new RememberedHeader());

/** The one place where a header of this type and length may be remembered. */
export function memoryOf(typeCode: number, fieldsLength: number): RememberedHeader | undefined {
  return remembered[(fieldsLength + 5 * typeCode) % REMEMBERED];
}

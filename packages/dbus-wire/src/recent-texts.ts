/**
 * The strings of one message that were decoded last: lists of records repeat theirs. It forgets
 * everything when the message is done, so it may see what could be a secret.
 */
import { sameText } from './text-scan.ts';

const SLOTS = 16;

/** Shorter strings are made faster than they are looked up. */
const MIN_LENGTH = 7;

/** A direct-mapped table by length, of texts that lie in one view. */
export class RecentTexts {
  readonly #starts: Int32Array = new Int32Array(SLOTS);
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');
  /** One bit for each slot in use. */
  #used = 0;

  /** The string for the same bytes with the same four bytes of length before them. */
  get(view: DataView, start: number, length: number): string | undefined {
    const slot = length % SLOTS;
    if ((this.#used & (1 << slot)) === 0) return undefined;
    const known = this.#starts[slot];
    return known !== undefined && sameText(view, start - 4, view, known - 4, length + 4)
      ? this.#texts[slot]
      : undefined;
  }

  set(start: number, length: number, text: string): void {
    if (length < MIN_LENGTH) return;
    const slot = length % SLOTS;
    this.#used |= 1 << slot;
    this.#starts[slot] = start;
    this.#texts[slot] = text;
  }

  /** Forgets every text. */
  clear(): void {
    while (this.#used !== 0) {
      const slot = 31 - Math.clz32(this.#used);
      this.#texts[slot] = '';
      this.#used ^= 1 << slot;
    }
  }
}

/**
 * Where the ASCII texts of one message that were written last lie in it: what is written again is
 * copied. It forgets everything when the message is done, so it may see what could be a secret.
 */
const SLOTS = 32;

/** Shorter strings are written faster than they are looked up. */
const MIN_LENGTH = 7;

/** A direct-mapped table by length and one character. */
export class WrittenTexts {
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');
  readonly #starts: Int32Array = new Int32Array(SLOTS);
  /** One bit for each slot in use. */
  #used = 0;

  /** Where the text lies, or 0. */
  get(text: string): number {
    if (this.#used === 0) return 0;
    const slot = slotOf(text);
    const start = this.#starts[slot];
    return start !== undefined && this.#texts[slot] === text ? start : 0;
  }

  /** Keeps in mind that the text, which has one byte a character, was written at `start`. */
  set(text: string, start: number): void {
    if (text.length < MIN_LENGTH) return;
    const slot = slotOf(text);
    this.#texts[slot] = text;
    this.#starts[slot] = start;
    this.#used |= 1 << slot;
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

function slotOf(text: string): number {
  const { length } = text;
  return (length + 5 * text.charCodeAt(length >> 1)) % SLOTS;
}

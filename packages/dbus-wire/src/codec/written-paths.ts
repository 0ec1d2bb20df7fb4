/**
 * Where the object paths of one message that were written last lie in it: what is written again is
 * copied. It forgets everything when the message is done.
 */
const SLOTS = 16;

/** A direct-mapped table by length and one character. */
export class WrittenPaths {
  readonly #paths: string[] = new Array<string>(SLOTS).fill('');
  readonly #starts: Int32Array = new Int32Array(SLOTS);
  #isEmpty = true;

  /** Where the path lies, or 0. */
  get(path: string): number {
    const slot = slotOf(path);
    return this.#paths[slot] === path ? (this.#starts[slot] ?? 0) : 0;
  }

  /** Keeps in mind that the path was written at `start`. */
  set(path: string, start: number): void {
    const slot = slotOf(path);
    this.#paths[slot] = path;
    this.#starts[slot] = start;
    this.#isEmpty = false;
  }

  /** Forgets every path. */
  clear(): void {
    if (this.#isEmpty) return;
    this.#paths.fill('');
    this.#isEmpty = true;
  }
}

function slotOf(path: string): number {
  const { length } = path;
  return (length + 5 * path.charCodeAt(length - 1)) % SLOTS;
}

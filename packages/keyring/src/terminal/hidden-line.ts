/**
 * A line typed without echo, as a state machine fed with what a terminal in raw mode sends: Enter
 * ends it, Backspace takes back one character, Ctrl-U the line, Ctrl-C and (on an empty line)
 * Ctrl-D end the question, Ctrl-Z suspends it: it begins anew with `restart`. Escape sequences, as
 * arrow keys and bracketed paste send them, are dropped: no one means them as part of a secret. The
 * bytes are kept in a buffer that is wiped.
 */
export type HiddenLineState =
  | 'typing'
  | 'entered'
  | 'interrupted'
  | 'suspended'
  | 'ended'
  | 'too-long';

/** The longest line taken; what is longer comes from a pipe or a file. */
export const MAX_HIDDEN_LINE_BYTES = 4096;

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const CTRL_U = 0x15;
const CTRL_Z = 0x1a;
const ESCAPE = 0x1b;
const CTRL_BACKSLASH = 0x1c;
const SPACE = 0x20;
const TAB = 0x09;
const DELETE = 0x7f;

type EscapeState = 'none' | 'introduced' | 'sequence' | 'single';

export class HiddenLine {
  readonly #bytes = new Uint8Array(MAX_HIDDEN_LINE_BYTES);
  #length = 0;
  #escape: EscapeState = 'none';
  #state: HiddenLineState = 'typing';

  get state(): HiddenLineState {
    return this.#state;
  }

  /** Takes what the terminal sent; what follows the end of the line is dropped. */
  feed(chunk: Uint8Array): HiddenLineState {
    for (const byte of chunk) {
      if (this.#state !== 'typing') break;
      this.#take(byte);
    }
    return this.#state;
  }

  /** A copy of the line without its end; the buffer behind it is wiped. */
  finish(): Uint8Array<ArrayBuffer> {
    const line = this.#bytes.slice(0, this.#length);
    this.wipe();
    return line;
  }

  /** Forgets what was typed, and takes a line again. */
  restart(): void {
    this.wipe();
    this.#escape = 'none';
    this.#state = 'typing';
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }

  #take(byte: number): void {
    if (this.#escape !== 'none') {
      this.#escape = afterEscape(this.#escape, byte);
      return;
    }
    switch (byte) {
      case RETURN:
      case NEWLINE:
        this.#state = 'entered';
        return;
      case CTRL_C:
      case CTRL_BACKSLASH:
        this.#state = 'interrupted';
        return;
      case CTRL_D:
        // As in a cooked terminal: it ends an empty line, and hands over one that is not.
        this.#state = this.#length === 0 ? 'ended' : 'entered';
        return;
      case CTRL_Z:
        this.#state = 'suspended';
        return;
      case CTRL_U:
        this.wipe();
        return;
      case BACKSPACE:
      case DELETE:
        this.#dropCharacter();
        return;
      case ESCAPE:
        this.#escape = 'introduced';
        return;
      default:
        // Other control characters are keys that did something else in a cooked terminal.
        if (byte >= SPACE || byte === TAB) this.#append(byte);
    }
  }

  #append(byte: number): void {
    if (this.#length === MAX_HIDDEN_LINE_BYTES) {
      // Cutting it off would store a secret that is not the one typed.
      this.#state = 'too-long';
      return;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** Takes back one UTF-8 character: its continuation bytes and the byte that leads them. */
  #dropCharacter(): void {
    while (this.#length > 0) {
      this.#length -= 1;
      const byte = this.#bytes[this.#length] ?? 0;
      this.#bytes[this.#length] = 0;
      if ((byte & 0xc0) !== 0x80) return;
    }
  }
}

/** ESC [ parameters final, ESC O final, or ESC and one character (ECMA-48 §5.4, SS3). */
function afterEscape(state: EscapeState, byte: number): EscapeState {
  if (state === 'introduced') {
    if (byte === 0x5b) return 'sequence';
    return byte === 0x4f ? 'single' : 'none';
  }
  if (state === 'sequence') return byte >= 0x40 && byte <= 0x7e ? 'none' : 'sequence';
  return 'none';
}

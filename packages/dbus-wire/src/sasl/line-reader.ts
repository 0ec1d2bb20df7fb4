/**
 * Cuts received bytes into the CR LF lines of the authentication protocol, and hands back
 * untouched what follows the last line: it belongs to the message stream.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import { joinBytes } from '../join-bytes.ts';
import { AuthError } from './auth-error.ts';

/** The longest line either side may send, CR LF included. */
export const MAX_LINE_BYTES: number = 16 * 1024;

/** Reads lines one at a time; the rest stays bytes. */
export class LineReader {
  #buffered: Uint8Array = new Uint8Array(0);
  /** Where the search for a line end goes on, so that no byte is looked at twice. */
  #scanned = 0;

  /** Adds received bytes; they are copied. */
  feed(chunk: Uint8Array): void {
    this.#buffered = joinBytes([this.#buffered, chunk]);
  }

  /**
   * Takes the next whole line, without its CR LF; undefined until there is one.
   *
   * @throws {@link AuthError} with code `line-too-long`
   */
  nextLine(): string | undefined {
    const end = this.#findLineEnd();
    // @rule sasl/line-length keywire#resource-limits
    if ((end ?? this.#buffered.length) > MAX_LINE_BYTES - 2) {
      throw new AuthError(
        'line-too-long',
        `authentication line: expected at most ${MAX_LINE_BYTES} bytes, got more`,
      );
    }
    if (end === undefined) return undefined;
    let line = '';
    for (const byte of this.#buffered.subarray(0, end)) line += String.fromCharCode(byte);
    this.#buffered = this.#buffered.subarray(end + 2);
    this.#scanned = 0;
    return line;
  }

  /** Takes everything that is left. */
  takeRest(): Uint8Array {
    const rest = this.#buffered;
    this.#buffered = new Uint8Array(0);
    return rest;
  }

  #findLineEnd(): number | undefined {
    const bytes = this.#buffered;
    for (let index = this.#scanned; index + 1 < bytes.length; index++) {
      if (bytes[index] === 0x0d && bytes[index + 1] === 0x0a) return index;
    }
    this.#scanned = Math.max(0, bytes.length - 1);
    return undefined;
  }
}

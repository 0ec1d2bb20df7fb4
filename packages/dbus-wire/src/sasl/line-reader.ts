/**
 * Cuts received bytes into the CR LF lines of the authentication protocol, and hands back
 * untouched what follows the last line: it belongs to the message stream.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import { joinBytes } from '../join-bytes.ts';
import { AuthError } from './auth-error.ts';

/** The longest line either side may send, CR LF included. */
export const MAX_LINE_BYTES: number = 16 * 1024;

/** What may wait while an answer is thought about; a client that sends more ahead can do without. */
export const MAX_AHEAD_BYTES: number = 16 * 1024 * 1024;

/** Reads lines one at a time; the rest stays bytes. */
export class LineReader {
  #buffered: Uint8Array = new Uint8Array(0);
  /** What came since the last look at a line, joined only then: an answer may take its time. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  /** Where the search for a line end goes on, so that no byte is looked at twice. */
  #scanned = 0;

  /**
   * Adds received bytes; they are copied.
   *
   * @throws {@link AuthError} with code `line-too-long`
   */
  feed(chunk: Uint8Array): void {
    this.#length += chunk.length;
    // @rule sasl/line-length keywire#resource-limits
    if (this.#length > MAX_AHEAD_BYTES) throw tooLong(MAX_AHEAD_BYTES);
    this.#pieces.push(chunk.slice());
  }

  /**
   * Takes the next whole line, without its CR LF; undefined until there is one.
   *
   * @throws {@link AuthError} with code `line-too-long`
   */
  nextLine(): string | undefined {
    this.#join();
    const end = this.#findLineEnd();
    // @rule sasl/line-length keywire#resource-limits
    if ((end ?? this.#buffered.length) > MAX_LINE_BYTES - 2) throw tooLong(MAX_LINE_BYTES);
    if (end === undefined) return undefined;
    let line = '';
    for (const byte of this.#buffered.subarray(0, end)) line += String.fromCharCode(byte);
    this.#buffered = this.#buffered.subarray(end + 2);
    this.#length = this.#buffered.length;
    this.#scanned = 0;
    return line;
  }

  /** Takes everything that is left. */
  takeRest(): Uint8Array {
    this.#join();
    const rest = this.#buffered;
    this.#buffered = new Uint8Array(0);
    this.#length = 0;
    return rest;
  }

  #join(): void {
    if (this.#pieces.length === 0) return;
    const pieces = [this.#buffered, ...this.#pieces];
    this.#pieces = [];
    this.#buffered = joinBytes(pieces);
    // A secret of a plain session may have come in them.
    for (const piece of pieces) piece.fill(0);
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

function tooLong(limit: number): AuthError {
  return new AuthError(
    'line-too-long',
    `authentication line: expected at most ${limit} bytes, got more`,
  );
}

// A secret in memory: bytes in a buffer of its own, shown by nothing, wiped by dispose().
// What JavaScript cannot promise: strings made by text(), and strings that were stored, cannot be wiped;
// nor can the copies that the collector makes of arrays of 64 bytes and less that callers hand over.

import { secretServiceError } from '../errors/errors.ts';

const SHOWN = '[Secret]';

/** What callers may pass as a secret to store; strings are stored as UTF-8. */
export type SecretInput = string | Uint8Array | Secret;

/** A secret read from, or about to be written to, a keyring. */
export class Secret {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #contentType: string;
  #isDisposed = false;

  /** Copies the bytes into a buffer of its own; the caller's stay the caller's to wipe. */
  constructor(bytes: Uint8Array, contentType: string) {
    // A string has a length too, and would become as many zeros.
    checkedBytes(bytes);
    // A view on a pooled buffer would share its memory with strangers, and the collector moves small
    // arrays about and leaves copies behind; what an ArrayBuffer holds stays where it is.
    this.#bytes = new Uint8Array(new ArrayBuffer(bytes.length));
    this.#bytes.set(bytes);
    this.#contentType = contentType;
  }

  /**
   * The bytes: not a copy, and all zero after {@link Secret.dispose}.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-argument` after disposal.
   */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#isDisposed) {
      throw secretServiceError('invalid-argument', 'Secret', {
        detail: 'expected one in use, got a disposed one',
      });
    }
    return this.#bytes;
  }

  /** The content type that the daemon gave; often not the one that was stored. */
  get contentType(): string {
    return this.#contentType;
  }

  /**
   * Decodes the bytes as UTF-8, strictly. The string cannot be wiped.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-argument` when they are not UTF-8.
   */
  text(): string {
    const bytes = this.bytes;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      // The decoder's own error is left out on purpose: it says nothing more.
      throw secretServiceError('invalid-argument', 'Secret', {
        detail: `expected UTF-8, got ${bytes.length} bytes that are not`,
        advice: 'read the bytes instead of the text',
      });
    }
  }

  /** Wipes the bytes; the object cannot be read afterwards. May be called more than once. */
  dispose(): void {
    this.#bytes.fill(0);
    this.#isDisposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Shows nothing, so that a template string or a log line leaks nothing. */
  toString(): string {
    return SHOWN;
  }

  /** Shows nothing, so that JSON leaks nothing. */
  toJSON(): string {
    return SHOWN;
  }

  get [Symbol.toStringTag](): string {
    return 'Secret';
  }

  static {
    // Node and Bun ask for the first symbol when they show an object, Deno for the second.
    for (const name of ['nodejs.util.inspect.custom', 'Deno.customInspect']) {
      Object.defineProperty(Secret.prototype, Symbol.for(name), { value: () => SHOWN });
    }
  }
}

/** Makes a secret of what a caller passed, in a buffer of our own to be wiped by us. */
export function toSecret(input: SecretInput, contentType: string): Secret {
  if (typeof input !== 'string') {
    return new Secret(
      input instanceof Secret
        ? input.bytes
        : checkedBytes(input, 'a string, a Uint8Array or a Secret'),
      contentType,
    );
  }
  if (/\p{Surrogate}/u.test(input)) {
    throw secretServiceError('invalid-argument', 'secret', {
      detail: 'expected text without lone surrogates',
    });
  }
  const encoded = new TextEncoder().encode(input);
  const secret = new Secret(encoded, contentType);
  encoded.fill(0);
  return secret;
}

function checkedBytes(input: unknown, expected = 'a Uint8Array'): Uint8Array {
  if (input instanceof Uint8Array) return input;
  throw secretServiceError('invalid-argument', 'secret', {
    detail: `expected ${expected}, got ${input === null ? 'null' : typeof input}`,
  });
}

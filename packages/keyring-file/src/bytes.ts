/**
 * Byte helpers for the codecs: a bounds-checked big-endian reader and writer, strict UTF-8, and
 * comparison in constant time. Nothing here knows a format.
 */
import { KeyringFileError } from './errors.ts';

/** Bytes that own their whole memory: never a view into a shared pool. */
export type OwnBytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Copies bytes of a caller. Not by slice(): that of Node's Buffer shares the memory. */
export function copyOf(bytes: Uint8Array): OwnBytes {
  return new Uint8Array(bytes);
}

/** The same bytes, whose slice() copies whatever kind of array they came in. */
export function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Encodes text as UTF-8. */
export function encodeUtf8(text: string): OwnBytes {
  // Some runtimes encode into a shared pool; slice() gives the caller memory that can be wiped.
  return ENCODER.encode(text).slice();
}

/**
 * Decodes UTF-8, refusing what is not.
 * @throws {@link KeyringFileError} with code `malformed`
 */
export function decodeUtf8(bytes: Uint8Array, subject: string): string {
  const text = tryDecodeUtf8(bytes);
  if (text !== undefined) return text;
  throw new KeyringFileError(
    'malformed',
    `${subject}: expected UTF-8, got ${bytes.length} other bytes`,
  );
}

/** Decodes UTF-8, or gives `undefined`. */
export function tryDecodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    // A fatal decoder has one reason to throw: bytes that are not UTF-8.
    return undefined;
  }
}

/** Joins byte strings into one fresh array. */
export function concatBytes(...parts: readonly Uint8Array[]): OwnBytes {
  return joinBytes(parts);
}

/** The same for a list of any length: arguments lie on the stack, which has an end. */
export function joinBytes(parts: readonly Uint8Array[]): OwnBytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Compares in time that depends on the lengths alone: a MAC must not be guessed byte by byte. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

/** Formats bytes as lower-case hexadecimal digits. */
export function formatHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Parses hexadecimal digits; `undefined` when they are not. */
export function parseHex(text: string): OwnBytes | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/u.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

/** Reads big-endian fields; what lies past the end is `truncated`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #subject: string;
  #offset = 0;

  /** @param subject what error messages call these bytes */
  constructor(bytes: Uint8Array, subject: string) {
    this.#bytes = plainView(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#subject = subject;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A view of the next `count` bytes, not a copy. */
  take(count: number): Uint8Array {
    return this.#bytes.subarray(this.#advance(count), this.#offset);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** A 64-bit unsigned number that must be exact as a JavaScript number. */
  uint64(): number {
    return safeNumber(this.#view.getBigUint64(this.#advance(8)), this.#subject);
  }

  /**
   * A count of things to come, each at least `minBytes` long: one that cannot fit is refused before
   * anything is allocated for it.
   */
  count(minBytes: number): number {
    const count = this.uint32();
    if (count * minBytes <= this.remaining) return count;
    throw this.#truncated(count * minBytes);
  }

  #advance(count: number): number {
    if (count > this.remaining) throw this.#truncated(count);
    const start = this.#offset;
    this.#offset += count;
    return start;
  }

  #truncated(wanted: number): KeyringFileError {
    return new KeyringFileError(
      'truncated',
      `${this.#subject}: expected ${wanted} bytes at offset ${this.#offset}, got ${this.remaining}`,
    );
  }
}

/** Collects big-endian fields. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  uint8(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  uint16(value: number): this {
    const part = new Uint8Array(2);
    new DataView(part.buffer).setUint16(0, value);
    return this.bytes(part);
  }

  uint32(value: number): this {
    const part = new Uint8Array(4);
    new DataView(part.buffer).setUint32(0, value);
    return this.bytes(part);
  }

  uint64(value: number): this {
    const part = new Uint8Array(8);
    new DataView(part.buffer).setBigUint64(0, BigInt(value));
    return this.bytes(part);
  }

  /** A length in 32 bits, then the bytes. */
  sized(bytes: Uint8Array): this {
    return this.uint32(bytes.length).bytes(bytes);
  }

  finish(): OwnBytes {
    return joinBytes(this.#parts);
  }
}

/**
 * Turns a 64-bit number into an exact JavaScript number.
 * @throws {@link KeyringFileError} with code `malformed` past 2^53 − 1
 */
export function safeNumber(value: bigint, subject: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new KeyringFileError(
    'malformed',
    `${subject}: expected a number below 2^53, got a larger one`,
  );
}

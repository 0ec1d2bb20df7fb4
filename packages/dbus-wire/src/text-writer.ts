/**
 * Writing strings, object paths and signatures, checked as strictly as they are read.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#basic-types
 *
 * A lone surrogate is refused: runtimes would turn it into U+FFFD without a word, and what was
 * stored would no longer be what was given.
 */
import { text } from './bytes.ts';
import { parseSignature } from './signature.ts';
import { isPathText, isPlainAscii } from './text-scan.ts';
import { put4, type Writer } from './writer.ts';

/** Up to this length a loop beats the call into native code. */
const SHORT_TEXT = 24;

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Writes a string and returns where its bytes start; their number is `w.pos - 1 - start`. */
export function writeString(w: Writer, value: unknown, little: boolean): number {
  if (typeof value !== 'string') throw wrongType('s', 'a string', value);
  const { length } = value;
  w.reserve(length * 3);
  const at = put4(w);
  const start = at + 4;
  const size =
    length <= SHORT_TEXT ? writeShort(w, value, start) : writeLong(w, value, start, length);
  w.view.setUint32(at, size, little);
  w.view.setUint8(start + size, 0);
  w.pos = start + size + 1;
  return start;
}

/** Writes an object path. */
export function writePath(w: Writer, value: unknown, little: boolean): void {
  if (typeof value !== 'string') throw wrongType('o', 'an object path', value);
  const start = writeString(w, value, little);
  const length = w.pos - 1 - start;
  // @rule wire/object-path-invalid dbus#message-protocol-marshaling-object-path
  if (!isPathText(w.view, start, length, w.pathAt, w.pathLength)) {
    throw w.fault('object-path-invalid', start);
  }
  w.pathAt = start;
  w.pathLength = length;
}

/** Writes a signature. */
export function writeSignature(w: Writer, value: unknown): void {
  if (typeof value !== 'string') throw wrongType('g', 'a signature', value);
  parseSignature(value, w.pos + 1);
  w.reserve(value.length);
  w.view.setUint8(w.pos, value.length);
  const start = w.pos + 1;
  for (let i = 0; i < value.length; i += 1) w.plain[start + i] = value.charCodeAt(i);
  w.plain[start + value.length] = 0;
  w.pos = start + value.length + 1;
}

/** The error for a value of the wrong JavaScript type: it names types, never the value. */
export function wrongType(code: string, expected: string, value: unknown): TypeError {
  return new TypeError(`marshal "${code}": expected ${expected}, got ${typeName(value)}`);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Array.isArray(value) ? `an array of length ${value.length}` : 'an object';
}

function writeShort(w: Writer, value: string, start: number): number {
  const { plain } = w;
  const { length } = value;
  for (let i = 0; i < length; i += 1) {
    const unit = value.charCodeAt(i);
    if ((unit - 1) >>> 0 > 0x7e) return writeLong(w, value, start, length);
    plain[start + i] = unit;
  }
  return length;
}

function writeLong(w: Writer, value: string, start: number, length: number): number {
  const size = text.utf8Write(w.bytes, value, start);
  // As many bytes as code units: all ASCII, so that one scan tells whether there is a NUL.
  if (size === length && isPlainAscii(w.view, start, size)) return size;
  // @rule wire/string-contains-nul dbus#basic-types
  if (value.includes('\0')) throw w.fault('string-contains-nul', start);
  // @rule wire/string-lone-surrogate dbus#basic-types
  if (LONE_SURROGATE.test(value)) throw w.fault('string-lone-surrogate', start);
  return size;
}

/**
 * Writing strings, object paths and signatures, checked as strictly as they are read.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#basic-types
 *
 * A lone surrogate is refused: runtimes would turn it into U+FFFD without a word, and what was
 * stored would no longer be what was given.
 */
import { text } from '../bytes.ts';
import { wrongArgument } from './arguments.ts';
import { isObjectPath } from './names.ts';
import { parseSignature } from './signature.ts';
import { isNameByte } from './text-scan.ts';
import { put, type Writer } from './writer.ts';

/** Up to this length a loop beats the call into native code. */
const SHORT_TEXT = 32;

/** Longer texts are measured: three bytes a character would be more than a message can have. */
const MEASURED_TEXT = 65_536;

/** Shorter parents are written as fast as they are looked up. */
const MIN_PARENT = 12;

const SLASH = 0x2f;

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Writes a string. */
export function writeString(w: Writer, value: unknown): void {
  if (typeof value !== 'string') throw wrongType('s', 'a string', value);
  writeText(w, value);
}

/** Writes an object path. */
export function writePath(w: Writer, value: unknown): void {
  if (typeof value !== 'string') throw wrongType('o', 'an object path', value);
  if (writeSibling(w, value)) return;
  // Records often have paths of two kinds, which take turns.
  w.swapParents();
  if (writeSibling(w, value)) return;
  const start = writeText(w, value);
  // @rule wire/object-path-invalid dbus#message-protocol-marshaling-object-path
  if (!isObjectPath(value)) throw w.fault('object-path-invalid', start);
  const parentLength = value.lastIndexOf('/') + 1;
  if (parentLength >= MIN_PARENT) {
    w.parent = value.slice(0, parentLength);
    w.parentAt = start;
  }
}

/**
 * Writes a path that differs from one before it in its last element only, as those in lists do:
 * the rest is copied and needs no second check. Returns false, with nothing done, for any other.
 */
function writeSibling(w: Writer, value: string): boolean {
  const { parent } = w;
  const parentLength = parent.length;
  const { length } = value;
  if (length <= parentLength || value.charCodeAt(parentLength - 1) !== SLASH) return false;
  // Not startsWith: it is several times slower once it has seen strings of more than one kind.
  if (value.substring(0, parentLength) !== parent) return false;
  const outset = w.pos;
  w.reserve(length);
  const at = put(w, 4);
  const start = at + 4;
  copyWords(w.view, w.parentAt, start, parentLength);
  for (let i = parentLength; i < length; i += 1) {
    const unit = value.charCodeAt(i);
    if (!isNameByte(unit)) {
      w.pos = outset;
      return false;
    }
    w.plain[start + i] = unit;
  }
  w.view.setUint32(at, length, w.little);
  w.plain[start + length] = 0;
  w.pos = start + length + 1;
  return true;
}

/** Writes a text and returns where its bytes start. */
function writeText(w: Writer, value: string): number {
  const { length } = value;
  w.reserve(length > MEASURED_TEXT ? text.utf8Length(value) : length * 3);
  const at = put(w, 4);
  const start = at + 4;
  const size =
    length <= SHORT_TEXT ? writeShort(w, value, start) : writeLong(w, value, start, length);
  w.view.setUint32(at, size, w.little);
  w.plain[start + size] = 0;
  w.pos = start + size + 1;
  return start;
}

/** Copies in words; up to three bytes behind the end are written too, which come later anyway. */
function copyWords(view: DataView, from: number, to: number, length: number): void {
  for (let i = 0; i < length; i += 4) view.setInt32(to + i, view.getInt32(from + i, true), true);
}

/** Writes a signature. */
export function writeSignature(w: Writer, value: unknown): void {
  if (typeof value !== 'string') throw wrongType('g', 'a signature', value);
  parseSignature(value, w.pos + 1 - w.base);
  writeSignatureText(w, value);
}

/** Writes the text of a signature, whose grammar has been checked. */
export function writeSignatureText(w: Writer, value: string): void {
  w.reserve(value.length);
  const { pos, plain } = w;
  const start = pos + 1;
  const end = start + value.length;
  plain[pos] = value.length;
  for (let i = start; i < end; i += 1) plain[i] = value.charCodeAt(i - start);
  plain[end] = 0;
  w.pos = end + 1;
}

/** The error for a value of the wrong JavaScript type: it names types, never the value. */
export function wrongType(code: string, expected: string, value: unknown): TypeError {
  return wrongArgument(`marshal "${code}"`, expected, value);
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
  // @rule wire/string-contains-nul dbus#basic-types
  if (value.includes('\0')) throw w.fault('string-contains-nul', start);
  // @rule wire/string-lone-surrogate dbus#basic-types
  // Each takes three bytes: there is none where there are as many bytes as code units.
  if (size !== length && LONE_SURROGATE.test(value)) throw w.fault('string-lone-surrogate', start);
  return size;
}

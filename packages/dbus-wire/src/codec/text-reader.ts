/**
 * Reading strings, object paths and signatures, with every check that libdbus makes.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#basic-types
 *
 * Text is UTF-8 without overlong forms, surrogates and NUL; noncharacters such as U+FFFE are text.
 */
import { text } from '../bytes.ts';
import { type TextField, textFault } from './header-fields.ts';
import { InternTable, TextKind } from './intern-table.ts';
import { type Reader, take } from './reader.ts';
import { parseSignature } from './signature.ts';
import { isPathText, isPlainAscii, sameText } from './text-scan.ts';

/** How much of a body one shared string covers: what a kept substring can pin in memory. */
const SHARED_BYTES = 65536;

const table = new InternTable();

/** Reads a string. */
export function readString(r: Reader): string {
  const start = openText(r);
  const length = r.textLength;
  if (start < r.shareTo) {
    return isPlainAscii(r.view, start, length)
      ? sharedText(r, start, length)
      : unicodeText(r, start, length);
  }
  // Lists of records repeat a string of each.
  if (r.lastAt > 0 && sameText(r.view, start - 4, r.view, r.lastAt - 4, length + 4)) return r.last;
  const fresh = ownText(r, start, length);
  r.last = fresh;
  r.lastAt = start;
  return fresh;
}

/** Reads a string that is likely to come again: the key of a dictionary. */
export function readKey(r: Reader): string {
  return interned(r, openText(r), TextKind.STRING, ownText);
}

/** Reads an object path. */
export function readPath(r: Reader): string {
  const start = openText(r);
  if (start >= r.shareTo) return interned(r, start, TextKind.PATH, ownPath);
  checkPath(r, start, r.textLength);
  return sharedText(r, start, r.textLength);
}

/** Reads an object path that is likely to come again: the key of a dictionary. */
export function readPathKey(r: Reader): string {
  return interned(r, openText(r), TextKind.PATH, ownPath);
}

/** Reads the path or a name of a header. */
export function readHeaderText(r: Reader, field: TextField): string {
  return interned(r, openText(r), field.prefix & 0xff, (_, start, length) => {
    // All of them are ASCII: whatever other bytes become, the grammar refuses it.
    const value = latin1(r, start, length);
    const fault = textFault(field, value);
    if (fault !== undefined) throw r.fault(fault, start);
    return value;
  });
}

/** Reads a signature and checks its grammar. */
export function readSignature(r: Reader): string {
  const at = r.pos;
  const signature = readSignatureText(r);
  parseSignature(signature, at + 1);
  return signature;
}

/** Reads the text of a signature; its grammar is for the caller to check. */
export function readSignatureText(r: Reader): string {
  const length = r.view.getUint8(take(r, 1));
  const start = r.pos;
  const terminator = start + length;
  if (terminator >= r.end) throw r.fault('value-truncated', start - 1);
  // @rule wire/string-not-terminated dbus#basic-types
  if (r.view.getUint8(terminator) !== 0) throw r.fault('string-not-terminated', terminator);
  r.pos = terminator + 1;
  // What most variants hold has one code.
  if (length === 1) return String.fromCharCode(r.view.getUint8(start));
  r.textLength = length;
  return interned(r, start, TextKind.SIGNATURE, latin1);
}

/** Steps over a text and returns where its bytes start; their number is in `r.textLength`. */
function openText(r: Reader): number {
  const at = take(r, 4);
  const length = r.view.getUint32(at, r.little);
  const start = at + 4;
  const terminator = start + length;
  if (terminator >= r.end) throw r.fault('value-truncated', at);
  if (r.view.getUint8(terminator) !== 0) throw r.fault('string-not-terminated', terminator);
  r.pos = terminator + 1;
  r.textLength = length;
  return start;
}

function checkPath(r: Reader, start: number, length: number): void {
  // @rule wire/object-path-invalid dbus#message-protocol-marshaling-object-path
  if (!isPathText(r.view, start, length, r.pathAt, r.pathLength)) {
    throw r.fault('object-path-invalid', start);
  }
  r.pathAt = start;
  r.pathLength = length;
}

type MakeText = (r: Reader, start: number, length: number) => string;

/** The text of `r.textLength` bytes that was seen before, or is checked and made now. */
function interned(r: Reader, start: number, kind: number, make: MakeText): string {
  const length = r.textLength;
  const known = table.get(r.view, start, length, kind);
  if (known !== undefined) return known;
  const fresh = make(r, start, length);
  table.set(r.view, start, length, kind, fresh);
  return fresh;
}

function latin1(r: Reader, start: number, length: number): string {
  return text.latin1Slice(r.bytes, start, start + length);
}

function ownText(r: Reader, start: number, length: number): string {
  const isPlain = isPlainAscii(r.view, start, length);
  return isPlain ? latin1(r, start, length) : unicodeText(r, start, length);
}

function ownPath(r: Reader, start: number, length: number): string {
  checkPath(r, start, length);
  return latin1(r, start, length);
}

/** Cuts the text out of one big string: much cheaper than a string from bytes each time. */
function sharedText(r: Reader, start: number, length: number): string {
  const end = start + length;
  if (start < r.sharedFrom || end > r.sharedTo) {
    if (length > SHARED_BYTES) return latin1(r, start, length);
    r.sharedFrom = start;
    r.sharedTo = Math.min(start + SHARED_BYTES, r.shareTo);
    r.sharedText = text.latin1Slice(r.bytes, start, r.sharedTo);
  }
  return r.sharedText.substring(start - r.sharedFrom, end - r.sharedFrom);
}

function unicodeText(r: Reader, start: number, length: number): string {
  const end = start + length;
  // @rule wire/string-contains-nul dbus#basic-types
  const nul = r.bytes.indexOf(0, start);
  if (nul < end) throw r.fault('string-contains-nul', nul);
  // @rule wire/noncharacters-accepted dbus#basic-types
  // @rule wire/string-not-utf8 dbus#basic-types
  if (!text.isUtf8(r.bytes, start, end)) throw r.fault('string-not-utf8', start);
  return text.utf8Slice(r.bytes, start, end);
}

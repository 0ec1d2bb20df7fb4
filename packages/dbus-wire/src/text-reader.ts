/**
 * Reading strings, object paths and signatures, with every check that libdbus makes.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#basic-types
 *
 * Text is UTF-8 without overlong forms, surrogates and NUL; noncharacters such as U+FFFE are text.
 */
import { text } from './bytes.ts';
import type { WireErrorCode } from './errors.ts';
import { LOCAL_INTERFACE, LOCAL_PATH } from './header-fields.ts';
import { InternTable, TextKind } from './intern-table.ts';
import { isBusName, isInterfaceName, isMemberName } from './names.ts';
import { type Reader, take1, take4 } from './reader.ts';
import { parseSignature } from './signature.ts';
import { isPathText, isPlainAscii } from './text-scan.ts';

/** How much of a body one shared string covers: what a kept substring can pin in memory. */
const SHARED_BYTES = 65536;

const interned = new InternTable();

/** Reads a string. */
export function readString(r: Reader, little: boolean): string {
  const start = openText(r, little);
  const length = r.textLength;
  if (r.sharesText) {
    return isPlainAscii(r.view, start, length)
      ? sharedText(r, start, length)
      : unicodeText(r, start, length);
  }
  // Values repeat inside a message; across messages they are not remembered, they may be secrets.
  const known = r.recent.get(r.view, start, length);
  if (known !== undefined) return known;
  if (!isPlainAscii(r.view, start, length)) return unicodeText(r, start, length);
  const fresh = freshText(r, start, length);
  r.recent.set(start, length, fresh);
  return fresh;
}

/** Reads a string that is likely to come again: the key of a dictionary. */
export function readKey(r: Reader, little: boolean): string {
  const start = openText(r, little);
  const length = r.textLength;
  const known = interned.get(r.view, start, length, TextKind.STRING);
  if (known !== undefined) return known;
  if (!isPlainAscii(r.view, start, length)) return unicodeText(r, start, length);
  const fresh = freshText(r, start, length);
  interned.set(r.view, start, length, TextKind.STRING, fresh);
  return fresh;
}

/** Reads an object path. */
export function readPath(r: Reader, little: boolean): string {
  if (!r.sharesText) return readPathKey(r, little);
  const start = openText(r, little);
  checkPath(r, start, r.textLength);
  return sharedText(r, start, r.textLength);
}

/** Reads an object path that is likely to come again: the key of a dictionary. */
export function readPathKey(r: Reader, little: boolean): string {
  const start = openText(r, little);
  const length = r.textLength;
  const known = interned.get(r.view, start, length, TextKind.PATH);
  if (known !== undefined) return known;
  checkPath(r, start, length);
  const fresh = freshText(r, start, length);
  interned.set(r.view, start, length, TextKind.PATH, fresh);
  return fresh;
}

/** Reads the object path of a header. */
export function readHeaderPath(r: Reader, little: boolean): string {
  const start = openText(r, little);
  const length = r.textLength;
  const known = interned.get(r.view, start, length, TextKind.HEADER_PATH);
  if (known !== undefined) return known;
  checkPath(r, start, length);
  const fresh = freshText(r, start, length);
  // A message from here looks to a client as if its own library had made it.
  // @rule wire/local-path dbus#standard-interfaces
  if (fresh.startsWith(LOCAL_PATH)) throw r.fault('local-path', start);
  interned.set(r.view, start, length, TextKind.HEADER_PATH, fresh);
  return fresh;
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
  const length = r.view.getUint8(take1(r));
  const start = r.pos;
  const terminator = start + length;
  if (terminator >= r.end) throw r.fault('value-truncated', start - 1);
  // @rule wire/string-not-terminated dbus#basic-types
  if (r.view.getUint8(terminator) !== 0) throw r.fault('string-not-terminated', terminator);
  r.pos = terminator + 1;
  const known = interned.get(r.view, start, length, TextKind.SIGNATURE);
  if (known !== undefined) return known;
  const fresh = freshText(r, start, length);
  interned.set(r.view, start, length, TextKind.SIGNATURE, fresh);
  return fresh;
}

/** The grammars of names in headers, with the code of each one's rule. */
export const NAME_GRAMMARS: Readonly<
  Record<'interface' | 'member' | 'errorName' | 'destination' | 'sender', NameGrammar>
> = {
  // @rule wire/interface-invalid dbus#message-protocol-names-interface
  interface: { kind: TextKind.INTERFACE, accepts: isInterfaceName, code: 'interface-invalid' },
  // @rule wire/member-invalid dbus#message-protocol-names-member
  member: { kind: TextKind.MEMBER, accepts: isMemberName, code: 'member-invalid' },
  // @rule wire/error-name-invalid dbus#message-protocol-names-error
  errorName: { kind: TextKind.ERROR_NAME, accepts: isInterfaceName, code: 'error-name-invalid' },
  // @rule wire/destination-invalid dbus#message-protocol-names-bus
  destination: { kind: TextKind.BUS_NAME, accepts: isBusName, code: 'destination-invalid' },
  // @rule wire/sender-invalid dbus#message-protocol-names-bus
  sender: { kind: TextKind.BUS_NAME, accepts: isBusName, code: 'sender-invalid' },
};

/** What a name in a header must be. */
export interface NameGrammar {
  readonly kind: TextKind;
  readonly accepts: (text: string) => boolean;
  readonly code: WireErrorCode;
}

/** Reads a name of a header. */
export function readName(r: Reader, little: boolean, grammar: NameGrammar): string {
  const start = openText(r, little);
  const length = r.textLength;
  const known = interned.get(r.view, start, length, grammar.kind);
  if (known !== undefined) return known;
  // Names are ASCII: one that is not could only be refused by its grammar.
  if (!isPlainAscii(r.view, start, length)) throw r.fault(grammar.code, start);
  const fresh = freshText(r, start, length);
  if (!grammar.accepts(fresh)) throw r.fault(grammar.code, start);
  // @rule wire/local-interface dbus#standard-interfaces
  if (grammar.kind === TextKind.INTERFACE && fresh.startsWith(LOCAL_INTERFACE)) {
    throw r.fault('local-interface', start);
  }
  interned.set(r.view, start, length, grammar.kind, fresh);
  return fresh;
}

/** Steps over a text and returns where its bytes start; their number is in `r.textLength`. */
function openText(r: Reader, little: boolean): number {
  const at = take4(r);
  const length = r.view.getUint32(at, little);
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

/** A string of its own; a short one is put together faster than it is sliced. */
function freshText(r: Reader, start: number, length: number): string {
  const { view } = r;
  const at = (i: number): number => view.getUint8(start + i);
  switch (length) {
    case 1:
      return String.fromCharCode(at(0));
    case 2:
      return String.fromCharCode(at(0), at(1));
    case 3:
      return String.fromCharCode(at(0), at(1), at(2));
    case 4:
      return String.fromCharCode(at(0), at(1), at(2), at(3));
    case 5:
      return String.fromCharCode(at(0), at(1), at(2), at(3), at(4));
    case 6:
      return String.fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5));
    default:
      return text.latin1Slice(r.bytes, start, start + length);
  }
}

/** Cuts the text out of one big string: much cheaper than a string from bytes each time. */
function sharedText(r: Reader, start: number, length: number): string {
  const end = start + length;
  if (start < r.sharedFrom || end > r.sharedTo) {
    if (length > SHARED_BYTES) return text.latin1Slice(r.bytes, start, end);
    r.sharedFrom = start;
    r.sharedTo = Math.min(start + SHARED_BYTES, r.end);
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

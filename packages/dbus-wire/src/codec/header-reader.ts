/**
 * The header of a message: its fields, checked as libdbus checks them.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-header-fields
 *
 * A few headers are remembered by their bytes: the next one that differs in its flags, serials and
 * body length only, as that of the next reply of the same peer does, is not parsed again.
 */

import type { ByteOrder } from '../types/values.ts';
import { HEADER_FIELDS, hasRequiredFields } from './header-fields.ts';
import { FIXED_HEADER_BYTES } from './limits.ts';
import { MESSAGE_TYPES, type MessageFields, type MessageType } from './message.ts';
import { align, type Reader, take } from './reader.ts';
import { readHeaderPath, readName, readPathKey, readSignatureText } from './text-reader.ts';
import { type ReadPlan, readPlan, readVariant } from './unmarshal.ts';

/** Containers around the value of a header field but the variant: array and struct. */
const FIELD_DEPTH = 2;

/** Headers that are remembered, one for each slot, and how long they may be: a multiple of 8. */
const REMEMBERED = 8;
const REMEMBERED_BYTES = 512;

/** All bytes of a header's first word but the flags, read with the first byte lowest. */
const ALL_BUT_FLAGS = ~0x00ff0000;

/** What a header said, to be copied into a message. */
export class Header implements MessageFields {
  type: MessageType;
  typeCode: number;
  flags = 0;
  serial = 0;
  path: string | undefined = undefined;
  interface: string | undefined = undefined;
  member: string | undefined = undefined;
  errorName: string | undefined = undefined;
  replySerial: number | undefined = undefined;
  destination: string | undefined = undefined;
  sender: string | undefined = undefined;
  signature = '';
  body: unknown[] = [];
  byteOrder: ByteOrder;
  /** How to read the body. */
  plan: ReadPlan = readPlan('');
  /** One bit for each known field that was there. */
  seen = 0;
  /** Where REPLY_SERIAL lies, or 0. */
  replySerialAt = 0;

  constructor(typeCode: number, little: boolean) {
    // @rule wire/unknown-type-accepted dbus#message-protocol-types
    this.type = MESSAGE_TYPES[typeCode] ?? 'unknown';
    this.typeCode = typeCode;
    this.byteOrder = little ? 'little' : 'big';
  }
}

/** A header as it was parsed last, and its bytes. */
class RememberedHeader {
  #header: Header | undefined;
  readonly #bytes: DataView = new DataView(new ArrayBuffer(REMEMBERED_BYTES));
  #length = 0;

  /** The header, if that under the reader is the same but for its numbers; it is stepped over. */
  match(r: Reader): Header | undefined {
    const { view } = r;
    const known = this.#bytes;
    const length = this.#length;
    const header = this.#header;
    if (header === undefined) return undefined;
    if (((view.getInt32(0, true) ^ known.getInt32(0, true)) & ALL_BUT_FLAGS) !== 0)
      return undefined;
    if (view.getInt32(12, true) !== known.getInt32(12, true)) return undefined;
    // Fields start at a multiple of 8: the number of REPLY_SERIAL is the second word of its own.
    for (let at = FIXED_HEADER_BYTES; at < length; at += 8) {
      const first = view.getInt32(at, true) ^ known.getInt32(at, true);
      const second = view.getInt32(at + 4, true) ^ known.getInt32(at + 4, true);
      if ((first | second) !== 0 && (first !== 0 || at + 4 !== header.replySerialAt)) {
        return undefined;
      }
    }
    r.pos = length;
    return header;
  }

  keep(header: Header, { view, pos }: Reader): void {
    for (let at = 0; at < pos; at += 4) this.#bytes.setInt32(at, view.getInt32(at, true), true);
    this.#header = header;
    this.#length = pos;
  }
}

const remembered = Array.from({ length: REMEMBERED }, () => new RememberedHeader());

/**
 * Reads the header, up to the start of the body, and leaves the body to the caller. The numbers in
 * what it returns are valid until the next header is read.
 */
export function readHeader(r: Reader): Header {
  const { view, little } = r;
  const typeCode = view.getUint8(1);
  const fieldsLength = view.getUint32(12, little);
  const memory = remembered[(fieldsLength + 5 * typeCode) % REMEMBERED];
  let header = memory?.match(r);
  if (header === undefined) {
    header = parseHeader(r, typeCode, FIXED_HEADER_BYTES + fieldsLength);
    // Nothing of a long header stays here: a peer could leave as much as a message holds.
    if (r.pos <= REMEMBERED_BYTES) memory?.keep(header, r);
  }
  // @rule wire/unknown-flags-ignored dbus#message-protocol-messages
  header.flags = view.getUint8(2);
  header.serial = view.getUint32(8, little);
  // @rule wire/serial-zero dbus#message-protocol-messages
  if (header.serial === 0) throw r.fault('serial-zero', 8);
  if (header.replySerialAt !== 0) {
    header.replySerial = view.getUint32(header.replySerialAt, little);
    // @rule wire/reply-serial-zero dbus#message-protocol-header-fields
    if (header.replySerial === 0) throw r.fault('reply-serial-zero', header.replySerialAt);
  }
  return header;
}

function parseHeader(r: Reader, typeCode: number, end: number): Header {
  const header = new Header(typeCode, r.little);
  r.pos = FIXED_HEADER_BYTES;
  while (r.pos < end) {
    if ((r.pos & 7) !== 0) align(r, 8);
    // Before the four bytes are looked at as one: the message ends no earlier than this field can.
    if (r.pos + 4 > r.end) throw r.fault('value-truncated');
    readField(r, header);
  }
  if (r.pos !== end) throw r.fault('array-length-mismatch', end);
  // Padded also when no body follows; the length of the body does not count the padding.
  // @rule wire/header-padding dbus#message-protocol-messages
  if ((r.pos & 7) !== 0) align(r, 8);
  // @rule wire/header-field-missing dbus#message-protocol-types
  if (!hasRequiredFields(typeCode, header)) throw r.fault('header-field-missing');
  return header;
}

function readField(r: Reader, header: Header): void {
  const at = r.pos;
  const prefix = r.view.getInt32(at, true);
  const code = prefix & 0xff;
  // @rule wire/header-field-zero dbus#message-protocol-header-fields
  if (code === 0) throw r.fault('header-field-zero', at);
  const field = HEADER_FIELDS[code];
  if (field === undefined) {
    // Checked like every value, and dropped.
    // @rule wire/unknown-field-ignored dbus#message-protocol-header-fields
    r.pos = at + 1;
    readVariant(r, FIELD_DEPTH);
    return;
  }
  // @rule wire/header-field-type dbus#message-protocol-header-fields
  if (prefix !== field.prefix) throw r.fault('header-field-type', at);
  // Two values for one field: one reader believes the first, another the last.
  // @rule wire/header-field-duplicate dbus#message-protocol-header-fields
  if ((header.seen & (1 << code)) !== 0) throw r.fault('header-field-duplicate', at);
  header.seen |= 1 << code;
  r.pos = at + 4;
  switch (field.slot) {
    case 'path':
      header.path = readHeaderPath(r);
      break;
    case 'replySerial':
      header.replySerialAt = take(r, 4);
      header.replySerial = r.view.getUint32(header.replySerialAt, r.little);
      break;
    case 'signature':
      header.signature = readSignatureText(r);
      header.plan = readPlan(header.signature, at + 5);
      break;
    case 'unixFds':
      // @rule wire/unix-fds-unsupported dbus#message-protocol-header-fields
      if (r.view.getUint32(take(r, 4), r.little) !== 0) throw r.fault('unix-fds-unsupported', at);
      break;
    case 'containerInstance':
      readPathKey(r);
      break;
    default:
      header[field.slot] = readName(r, field);
  }
}

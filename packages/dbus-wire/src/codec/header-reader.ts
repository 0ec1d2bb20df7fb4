/**
 * The header of a message out of its bytes: its fields, checked as libdbus checks them.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-header-fields
 */

import { Header, type OpenHeader } from './header.ts';
import { HEADER_FIELDS, hasRequiredFields } from './header-fields.ts';
import { FIXED_HEADER_BYTES } from './limits.ts';
import { align, type Reader, take } from './reader.ts';
import { memoryOf } from './remembered-header.ts';
import { readHeaderText, readPathKey, readSignatureText } from './text-reader.ts';
import { readPlan, readVariant } from './unmarshal.ts';

/** Containers around the value of a header field but the variant: array and struct. */
const FIELD_DEPTH = 2;

/**
 * Reads the header, up to the start of the body, and leaves the body to the caller. The numbers in
 * what it returns are valid until the next header is read.
 */
export function readHeader(r: Reader): OpenHeader {
  const { view, little } = r;
  const typeCode = view.getUint8(1);
  const fieldsLength = view.getUint32(12, little);
  const memory = memoryOf(typeCode, fieldsLength);
  let header = memory?.match(r);
  if (header === undefined) {
    header = parseHeader(r, typeCode, FIXED_HEADER_BYTES + fieldsLength);
    memory?.keep(header, r);
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

function parseHeader(r: Reader, typeCode: number, end: number): OpenHeader {
  const header: OpenHeader = new Header(typeCode, r.little);
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

function readField(r: Reader, header: OpenHeader): void {
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
      header[field.slot] = readHeaderText(r, field);
  }
}

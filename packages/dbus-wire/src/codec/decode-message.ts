/**
 * One whole message out of its bytes: header, padding, body, each checked as libdbus checks it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 *
 * Unknown message types, flags and header fields are accepted, as the specification demands; a
 * message that announces file descriptors is refused, because none can be received here.
 */

import { byteAt } from '../bytes.ts';
import { checkBytes, checkObject } from './arguments.ts';
import { readHeader } from './header-reader.ts';
import { FIXED_HEADER_BYTES, MAX_ARRAY_BYTES, MAX_MESSAGE_BYTES } from './limits.ts';
import { Message } from './message.ts';
import { reader } from './reader.ts';
import { type DecodeOptions, readValues } from './unmarshal.ts';
import { WireError } from './wire-error.ts';

const LITTLE_MARK = 0x6c;
const BIG_MARK = 0x42;
const MAJOR_VERSION = 1;

/** What a header that is remembered holds instead of a body. */
const NO_BODY: unknown[] = [];

/**
 * Decodes the one message that `bytes` hold; its values are copies, as those of `unmarshal`.
 *
 * @throws {@link WireError} at the first rule broken; `message-truncated` and
 * `message-trailing-bytes` when it is not exactly one message
 */
export function decodeMessage(bytes: Uint8Array, options: DecodeOptions = {}): Message {
  checkBytes('bytes', bytes);
  checkObject('options', options);
  // @rule wire/message-truncated dbus#message-protocol-messages
  if (bytes.length < FIXED_HEADER_BYTES) throw new WireError('message-truncated', bytes.length);
  const length = messageLength(bytes, 0, MAX_MESSAGE_BYTES);
  if (length > bytes.length) throw new WireError('message-truncated', bytes.length);
  // @rule wire/message-trailing-bytes dbus#message-protocol-messages
  if (length < bytes.length) throw new WireError('message-trailing-bytes', length);
  return decodeFrame(bytes, 0, length, options.bulk === 'typed');
}

/**
 * The length of the message whose first 16 bytes start at `at`: all that can be known, and all
 * that needs to be checked, before the rest has come.
 */
export function messageLength(bytes: Uint8Array, at: number, maxMessageBytes: number): number {
  const mark = byteAt(bytes, at);
  // @rule wire/byte-order-unknown dbus#message-protocol-messages
  if (mark !== LITTLE_MARK && mark !== BIG_MARK) throw new WireError('byte-order-unknown', 0);
  // @rule wire/message-type-zero dbus#message-protocol-types
  if (byteAt(bytes, at + 1) === 0) throw new WireError('message-type-zero', 1);
  // @rule wire/version-unsupported dbus#message-protocol-messages
  if (byteAt(bytes, at + 3) !== MAJOR_VERSION) throw new WireError('version-unsupported', 3);
  const little = mark === LITTLE_MARK;
  const bodyLength = uint32At(bytes, at + 4, little);
  const fieldsLength = uint32At(bytes, at + 12, little);
  if (fieldsLength > MAX_ARRAY_BYTES) throw new WireError('array-too-long', 12);
  const length = ((FIXED_HEADER_BYTES + fieldsLength + 7) & -8) + bodyLength;
  // The limit counts header and padding. It is checked before anything is stored or allocated.
  // @rule wire/message-too-long dbus#message-protocol-messages
  if (length > maxMessageBytes) throw new WireError('message-too-long', 4);
  return length;
}

/** Decodes the message in `source[from, to)`, whose length {@link messageLength} has given. */
export function decodeFrame(source: Uint8Array, from: number, to: number, typed: boolean): Message {
  const r = reader;
  r.load(source, from, to, byteAt(source, from) === LITTLE_MARK, typed);
  let holdsSecret = true;
  try {
    const header = readHeader(r);
    // @rule wire/body-without-signature dbus#message-protocol-header-fields
    if (header.signature === '' && r.pos !== r.end) throw r.fault('body-without-signature');
    holdsSecret = header.plan.canHoldSecret;
    header.body = readValues(r, header.plan);
    const message = new Message(header);
    header.body = NO_BODY;
    return message;
  } finally {
    r.unload(holdsSecret);
  }
}

function uint32At(bytes: Uint8Array, at: number, little: boolean): number {
  const a = byteAt(bytes, at);
  const b = byteAt(bytes, at + 1);
  const c = byteAt(bytes, at + 2);
  const d = byteAt(bytes, at + 3);
  const value = little
    ? a | (b << 8) | (c << 16) | (d << 24)
    : (a << 24) | (b << 16) | (c << 8) | d;
  return value >>> 0;
}

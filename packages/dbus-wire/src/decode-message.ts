/**
 * One whole message out of its bytes: header, padding, body, each checked as libdbus checks it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 *
 * Unknown message types, flags and header fields are accepted, as the specification demands; a
 * message that announces file descriptors is refused, because none can be received here.
 */
import { byteAt } from './bytes.ts';
import { WireError } from './errors.ts';
import { FieldPrefix, HeaderField, hasRequiredFields } from './header-fields.ts';
import { FIXED_HEADER_BYTES, MAX_ARRAY_BYTES, MAX_MESSAGE_BYTES } from './limits.ts';
import { MESSAGE_TYPES, Message, type MessageFields, type MessageType } from './message.ts';
import { align, type Reader, take4 } from './reader.ts';
import {
  NAME_GRAMMARS,
  readHeaderPath,
  readName,
  readPathKey,
  readSignature,
} from './text-reader.ts';
import type { ByteOrder } from './types/values.ts';
import {
  type DecodeOptions,
  type ReadPlans,
  reader,
  readPlans,
  readValues,
  readVariant,
} from './unmarshal.ts';

const LITTLE_MARK = 0x6c;
const BIG_MARK = 0x42;
const MAJOR_VERSION = 1;

/** Containers around the value of a header field: array, struct, variant. */
const FIELD_DEPTH = 2;

/** What a header said; the slots are made once, filled for each message and copied into it. */
class HeaderSlots implements MessageFields {
  type: MessageType = 'unknown';
  typeCode = 0;
  flags = 0;
  serial = 0;
  path: string | undefined;
  interface: string | undefined;
  member: string | undefined;
  errorName: string | undefined;
  replySerial: number | undefined;
  destination: string | undefined;
  sender: string | undefined;
  signature = '';
  body: unknown[] = [];
  byteOrder: ByteOrder = 'little';
  /** One bit for each known field that was there. */
  seen = 0;

  clear(): void {
    this.path = undefined;
    this.interface = undefined;
    this.member = undefined;
    this.errorName = undefined;
    this.replySerial = undefined;
    this.destination = undefined;
    this.sender = undefined;
    this.signature = '';
    this.seen = 0;
  }
}

const slots = new HeaderSlots();

/** What the slots hold between messages: no body may stay there. */
const NO_BODY: unknown[] = [];

/**
 * Decodes the one message that `bytes` hold.
 *
 * @throws {@link WireError} at the first rule broken; `message-truncated` and
 * `message-trailing-bytes` when it is not exactly one message
 */
export function decodeMessage(bytes: Uint8Array, options: DecodeOptions = {}): Message {
  if (bytes.length < FIXED_HEADER_BYTES) throw new WireError('message-truncated', bytes.length);
  const length = messageLength(bytes, 0, MAX_MESSAGE_BYTES);
  if (length > bytes.length) throw new WireError('message-truncated', bytes.length);
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
  const length = headerLength(fieldsLength) + bodyLength;
  // The limit counts header and padding. It is checked before anything is stored or allocated.
  // @rule wire/message-too-long dbus#message-protocol-messages
  if (length > maxMessageBytes) throw new WireError('message-too-long', 4);
  return length;
}

/** Decodes the message in `source[from, to)`, whose length {@link messageLength} has given. */
export function decodeFrame(source: Uint8Array, from: number, to: number, typed: boolean): Message {
  const r = reader;
  r.load(source, from, to);
  let holdsSecret = true;
  try {
    const little = r.view.getUint8(0) === LITTLE_MARK;
    const plans = readPlans(little, typed);
    readHeader(r, plans);
    // @rule wire/body-without-signature dbus#message-protocol-header-fields
    if (slots.signature === '' && r.pos !== r.end) throw r.fault('body-without-signature');
    const plan = plans.get(slots.signature, r.pos);
    holdsSecret = plan.canHoldSecret;
    slots.body = readValues(r, plan);
    return new Message(slots);
  } finally {
    slots.body = NO_BODY;
    r.unload(holdsSecret);
  }
}

function headerLength(fieldsLength: number): number {
  return (FIXED_HEADER_BYTES + fieldsLength + 7) & -8;
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

/** Reads the header into the slots, up to the start of the body, with the padding between them. */
function readHeader(r: Reader, plans: ReadPlans): void {
  const { view } = r;
  const { little } = plans;
  const typeCode = view.getUint8(1);
  slots.clear();
  slots.type = MESSAGE_TYPES[typeCode] ?? 'unknown';
  slots.typeCode = typeCode;
  slots.flags = view.getUint8(2);
  slots.serial = view.getUint32(8, little);
  slots.byteOrder = little ? 'little' : 'big';
  // @rule wire/serial-zero dbus#message-protocol-messages
  if (slots.serial === 0) throw r.fault('serial-zero', 8);
  const end = FIXED_HEADER_BYTES + view.getUint32(12, little);
  r.pos = FIXED_HEADER_BYTES;
  while (r.pos < end) {
    if ((r.pos & 7) !== 0) align(r, 8);
    // Before the four bytes are looked at as one: the message ends no earlier than this field can.
    if (r.pos + 4 > r.end) throw r.fault('value-truncated');
    readField(r, plans);
  }
  if (r.pos !== end) throw r.fault('array-length-mismatch', end);
  if ((r.pos & 7) !== 0) align(r, 8);
  // @rule wire/header-field-missing dbus#message-protocol-types
  if (!hasRequiredFields(typeCode, slots)) throw r.fault('header-field-missing');
}

function readField(r: Reader, plans: ReadPlans): void {
  const { little } = plans;
  const at = r.pos;
  const prefix = r.view.getInt32(at, true);
  r.pos = at + 4;
  switch (prefix) {
    case FieldPrefix.PATH:
      claim(r, HeaderField.PATH);
      slots.path = readHeaderPath(r, little);
      break;
    case FieldPrefix.INTERFACE:
      claim(r, HeaderField.INTERFACE);
      slots.interface = readName(r, little, NAME_GRAMMARS.interface);
      break;
    case FieldPrefix.MEMBER:
      claim(r, HeaderField.MEMBER);
      slots.member = readName(r, little, NAME_GRAMMARS.member);
      break;
    case FieldPrefix.ERROR_NAME:
      claim(r, HeaderField.ERROR_NAME);
      slots.errorName = readName(r, little, NAME_GRAMMARS.errorName);
      break;
    case FieldPrefix.REPLY_SERIAL:
      claim(r, HeaderField.REPLY_SERIAL);
      slots.replySerial = r.view.getUint32(take4(r), little);
      // @rule wire/reply-serial-zero dbus#message-protocol-header-fields
      if (slots.replySerial === 0) throw r.fault('reply-serial-zero', at);
      break;
    case FieldPrefix.DESTINATION:
      claim(r, HeaderField.DESTINATION);
      slots.destination = readName(r, little, NAME_GRAMMARS.destination);
      break;
    case FieldPrefix.SENDER:
      claim(r, HeaderField.SENDER);
      slots.sender = readName(r, little, NAME_GRAMMARS.sender);
      break;
    case FieldPrefix.SIGNATURE:
      claim(r, HeaderField.SIGNATURE);
      slots.signature = readSignature(r);
      break;
    case FieldPrefix.UNIX_FDS:
      claim(r, HeaderField.UNIX_FDS);
      // @rule wire/unix-fds-unsupported dbus#message-protocol-header-fields
      if (r.view.getUint32(take4(r), little) !== 0) throw r.fault('unix-fds-unsupported', at);
      break;
    case FieldPrefix.CONTAINER_INSTANCE:
      claim(r, HeaderField.CONTAINER_INSTANCE);
      readPathKey(r, little);
      break;
    default:
      skipUnknownField(r, plans, at);
  }
}

/** Notes that a known field is there. */
function claim(r: Reader, code: number): void {
  const bit = 1 << code;
  // Two values for one field: one reader believes the first, another the last.
  // @rule wire/header-field-duplicate dbus#message-protocol-header-fields
  if ((slots.seen & bit) !== 0) throw r.fault('header-field-duplicate', r.pos - 4);
  slots.seen |= bit;
}

/** An unknown field is checked like every value, and dropped. */
function skipUnknownField(r: Reader, plans: ReadPlans, at: number): void {
  const code = r.view.getUint8(at);
  // @rule wire/header-field-zero dbus#message-protocol-header-fields
  if (code === 0) throw r.fault('header-field-zero', at);
  // @rule wire/header-field-type dbus#message-protocol-header-fields
  if (code <= HeaderField.CONTAINER_INSTANCE) throw r.fault('header-field-type', at);
  r.pos = at + 1;
  readVariant(r, plans, FIELD_DEPTH);
}

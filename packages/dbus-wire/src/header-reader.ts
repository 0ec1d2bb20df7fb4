/**
 * The header of a message: its fields, checked as libdbus checks them.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-header-fields
 *
 * A few headers are remembered by their bytes: the next one that differs in its flags, serials and
 * body length only, as that of the next reply of the same peer does, is not parsed again.
 */
import { FieldPrefix, hasRequiredFields, LAST_FIELD_CODE, NAME_FIELDS } from './header-fields.ts';
import { FIXED_HEADER_BYTES } from './limits.ts';
import { MESSAGE_TYPES, type MessageFields, type MessageType } from './message.ts';
import { align, type Reader, take } from './reader.ts';
import { readHeaderPath, readName, readPathKey, readSignature } from './text-reader.ts';
import type { ByteOrder } from './types/values.ts';
import { NO_VALUES, type ReadPlan, type ReadPlans, readVariant } from './unmarshal.ts';

/** Containers around the value of a header field but the variant: array and struct. */
const FIELD_DEPTH = 2;

/** Headers that are remembered, one for each slot, and how long they may be: a multiple of 8. */
const REMEMBERED = 8;
const REMEMBERED_BYTES = 512;

/** All bytes of a header's first word but the flags, read with the first byte lowest. */
const ALL_BUT_FLAGS = ~0x00ff0000;

/** What a header said; the slots are filled for a message and copied into it. */
export class HeaderSlots implements MessageFields {
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
  /** How to read the body, and what the plan is one of. */
  plan: ReadPlan = NO_VALUES;
  plans: ReadPlans | undefined;
  /** One bit for each known field that was there. */
  seen = 0;
  /** Where REPLY_SERIAL lies, or 0. */
  replySerialAt = 0;

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
    this.replySerialAt = 0;
  }
}

/** A header as it was parsed last, and its bytes. */
class RememberedHeader {
  readonly slots: HeaderSlots = new HeaderSlots();
  readonly #bytes: DataView = new DataView(new ArrayBuffer(REMEMBERED_BYTES));
  /** Up to the body; 0 for none. */
  length = 0;

  /** Tells whether the header under the reader is this one but for its numbers. */
  matches(view: DataView): boolean {
    const { length } = this;
    const { replySerialAt } = this.slots;
    const known = this.#bytes;
    if (length === 0) return false;
    if (((view.getInt32(0, true) ^ known.getInt32(0, true)) & ALL_BUT_FLAGS) !== 0) return false;
    if (view.getInt32(12, true) !== known.getInt32(12, true)) return false;
    // Fields start at a multiple of 8: the number of REPLY_SERIAL is the second word of its own.
    for (let at = FIXED_HEADER_BYTES; at < length; at += 8) {
      const first = view.getInt32(at, true) ^ known.getInt32(at, true);
      const second = view.getInt32(at + 4, true) ^ known.getInt32(at + 4, true);
      if ((first | second) !== 0 && (first !== 0 || at + 4 !== replySerialAt)) return false;
    }
    return true;
  }

  keep(view: DataView, length: number): void {
    for (let at = 0; at < length; at += 4) this.#bytes.setInt32(at, view.getInt32(at, true), true);
    this.length = length;
  }
}

const remembered = Array.from({ length: REMEMBERED }, () => new RememberedHeader());

/**
 * Reads the header, up to the start of the body. The slots are valid until the next header is read;
 * all are filled but the body.
 */
export function readHeader(r: Reader, plans: ReadPlans): HeaderSlots {
  const { view } = r;
  const { little } = plans;
  const fieldsLength = view.getUint32(12, little);
  const end = FIXED_HEADER_BYTES + fieldsLength;
  const memory = remembered[(fieldsLength + 5 * view.getUint8(1)) % REMEMBERED];
  // Nothing of a long header stays here: a peer could leave as much as a message holds.
  const isKept = memory !== undefined && end <= REMEMBERED_BYTES;
  const slots = isKept ? memory.slots : new HeaderSlots();
  if (isKept && slots.plans === plans && memory.matches(view)) {
    r.pos = memory.length;
  } else if (isKept) {
    memory.length = 0;
    parseHeader(r, plans, slots, end);
    memory.keep(view, r.pos);
  } else {
    parseHeader(r, plans, slots, end);
  }
  // @rule wire/unknown-flags-ignored dbus#message-protocol-messages
  slots.flags = view.getUint8(2);
  slots.serial = view.getUint32(8, little);
  // @rule wire/serial-zero dbus#message-protocol-messages
  if (slots.serial === 0) throw r.fault('serial-zero', 8);
  if (slots.replySerialAt !== 0) {
    slots.replySerial = view.getUint32(slots.replySerialAt, little);
    // @rule wire/reply-serial-zero dbus#message-protocol-header-fields
    if (slots.replySerial === 0) throw r.fault('reply-serial-zero', slots.replySerialAt);
  }
  return slots;
}

function parseHeader(r: Reader, plans: ReadPlans, slots: HeaderSlots, end: number): void {
  const typeCode = r.view.getUint8(1);
  slots.clear();
  // @rule wire/unknown-type-accepted dbus#message-protocol-types
  slots.type = MESSAGE_TYPES[typeCode] ?? 'unknown';
  slots.typeCode = typeCode;
  slots.byteOrder = plans.little ? 'little' : 'big';
  r.pos = FIXED_HEADER_BYTES;
  while (r.pos < end) {
    if ((r.pos & 7) !== 0) align(r, 8);
    // Before the four bytes are looked at as one: the message ends no earlier than this field can.
    if (r.pos + 4 > r.end) throw r.fault('value-truncated');
    readField(r, plans, slots);
  }
  if (r.pos !== end) throw r.fault('array-length-mismatch', end);
  // Padded also when no body follows; the length of the body does not count the padding.
  // @rule wire/header-padding dbus#message-protocol-messages
  if ((r.pos & 7) !== 0) align(r, 8);
  slots.plan = plans.get(slots.signature, r.pos);
  slots.plans = plans;
  // @rule wire/header-field-missing dbus#message-protocol-types
  if (!hasRequiredFields(typeCode, slots)) throw r.fault('header-field-missing');
}

const KNOWN_PREFIXES: readonly number[] = Object.values(FieldPrefix);

function readField(r: Reader, plans: ReadPlans, slots: HeaderSlots): void {
  const { little } = plans;
  const at = r.pos;
  const prefix = r.view.getInt32(at, true);
  if (!KNOWN_PREFIXES.includes(prefix)) {
    skipUnknownField(r, plans, at);
    return;
  }
  r.pos = at + 4;
  const bit = 1 << (prefix & 0xff);
  // Two values for one field: one reader believes the first, another the last.
  // @rule wire/header-field-duplicate dbus#message-protocol-header-fields
  if ((slots.seen & bit) !== 0) throw r.fault('header-field-duplicate', at);
  slots.seen |= bit;
  switch (prefix) {
    case FieldPrefix.PATH:
      slots.path = readHeaderPath(r, little);
      break;
    case FieldPrefix.REPLY_SERIAL:
      slots.replySerialAt = take(r, 4);
      slots.replySerial = r.view.getUint32(slots.replySerialAt, little);
      break;
    case FieldPrefix.SIGNATURE:
      slots.signature = readSignature(r);
      break;
    case FieldPrefix.UNIX_FDS:
      // @rule wire/unix-fds-unsupported dbus#message-protocol-header-fields
      if (r.view.getUint32(take(r, 4), little) !== 0) throw r.fault('unix-fds-unsupported', at);
      break;
    case FieldPrefix.CONTAINER_INSTANCE:
      readPathKey(r, little);
      break;
    default:
      for (const field of NAME_FIELDS) {
        if (field.prefix === prefix) slots[field.slot] = readName(r, little, field);
      }
  }
}

/** An unknown field is checked like every value, and dropped. */
function skipUnknownField(r: Reader, plans: ReadPlans, at: number): void {
  const code = r.view.getUint8(at);
  // @rule wire/header-field-zero dbus#message-protocol-header-fields
  if (code === 0) throw r.fault('header-field-zero', at);
  // @rule wire/header-field-type dbus#message-protocol-header-fields
  if (code <= LAST_FIELD_CODE) throw r.fault('header-field-type', at);
  // @rule wire/unknown-field-ignored dbus#message-protocol-header-fields
  r.pos = at + 1;
  readVariant(r, plans, FIELD_DEPTH);
}

/**
 * Headers, built and checked once and then copied: calls of one method differ in their serial, flags
 * and body length only, which are patched into the copy.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-header-fields
 */
import { isLittle } from './arguments.ts';
import { BoundedCache } from './bounded-cache.ts';
import {
  HEADER_FIELDS,
  hasRequiredFields,
  type OtherField,
  type TextField,
  textFault,
} from './header-fields.ts';
import { FIXED_HEADER_BYTES } from './limits.ts';
import { type WritePlan, writePlan } from './marshal.ts';
import { MESSAGE_TYPES, type MessageInit } from './message.ts';
import { writeSignature, writeString, wrongType } from './text-writer.ts';
import { WireError } from './wire-error.ts';
import { pad, type Writer, withWriter } from './writer.ts';

/** A header ready to be copied, and how to write the body behind it. */
export interface HeaderTemplate {
  /** The header with its padding; flags, body length and serials are 0. */
  readonly bytes: Uint8Array;
  readonly little: boolean;
  /** Where REPLY_SERIAL lies, or 0. */
  readonly replySerialAt: number;
  readonly plan: WritePlan;
  /** A message with this header, without its values. */
  readonly key: MessageInit;
}

const CACHED_TEMPLATES = 128;

/** Longer headers are built each time: a peer's path can be as long as a message. */
const MAX_CACHED_BYTES = 1024;

const templates = new BoundedCache<HeaderTemplate>(CACHED_TEMPLATES);

/** The template of a message, from the cache when one like it was encoded before. */
export function headerTemplate(init: MessageInit): HeaderTemplate {
  // One template for each member name, or signature where there is none: what alternates is kept.
  const slot = String(init.member ?? init.signature);
  const known = templates.get(slot);
  if (known !== undefined && isFor(known.key, init)) return known;
  const little = isLittle(init.byteOrder);
  const built = withWriter(little, (w) => build(w, init));
  if (built.bytes.length <= MAX_CACHED_BYTES) templates.set(slot, built);
  return built;
}

/** Tells whether two headers are the same but for the patched numbers. */
function isFor(key: MessageInit, init: MessageInit): boolean {
  const { signature = '', byteOrder = 'little' } = init;
  return (
    key.member === init.member &&
    key.path === init.path &&
    key.interface === init.interface &&
    key.destination === init.destination &&
    key.signature === signature &&
    key.type === init.type &&
    key.sender === init.sender &&
    key.errorName === init.errorName &&
    (key.replySerial === undefined) === (init.replySerial === undefined) &&
    key.byteOrder === byteOrder &&
    (key.typeCode === init.typeCode || key.type !== 'unknown')
  );
}

function build(w: Writer, init: MessageInit): HeaderTemplate {
  const { base, little } = w;
  const { signature = '' } = init;
  const typeCode = typeCodeOf(init);
  // @rule wire/header-field-missing dbus#message-protocol-types
  if (!hasRequiredFields(typeCode, init)) throw new WireError('header-field-missing', 0);
  w.plain.fill(0, base, base + FIXED_HEADER_BYTES);
  w.view.setUint8(base, little ? 0x6c : 0x42);
  w.view.setUint8(base + 1, typeCode);
  w.view.setUint8(base + 3, 1);
  w.pos = base + FIXED_HEADER_BYTES;
  const plan = writePlan(signature);
  let replySerialAt = 0;
  for (const field of HEADER_FIELDS) {
    if (field === undefined) continue;
    writeField(w, field, init);
    if (field.slot === 'replySerial' && init.replySerial !== undefined) {
      replySerialAt = w.pos - 4 - base;
    }
  }
  w.view.setUint32(base + 12, w.pos - base - FIXED_HEADER_BYTES, little);
  pad(w, 8);
  const byteOrder = little ? 'little' : 'big';
  return {
    bytes: w.plain.slice(base, w.pos),
    little,
    replySerialAt,
    plan,
    key: { ...init, typeCode, signature, body: [], byteOrder },
  };
}

function typeCodeOf(init: MessageInit): number {
  const code = init.type === 'unknown' ? (init.typeCode ?? 0) : MESSAGE_TYPES.indexOf(init.type);
  if (!Number.isInteger(code) || code < 0 || code > 0xff) {
    throw new TypeError('message type: expected one of the message types, or a code from 5 to 255');
  }
  // @rule wire/message-type-zero dbus#message-protocol-types
  if (code === 0) throw new WireError('message-type-zero', 1);
  return code;
}

/** Writes a field, if the message has it. */
function writeField(w: Writer, field: TextField | OtherField, init: MessageInit): void {
  const { slot } = field;
  if (slot === 'unixFds' || slot === 'containerInstance') return;
  const value = init[slot];
  if (value === undefined || (slot === 'signature' && value === '')) return;
  w.reserve(0);
  pad(w, 8);
  w.view.setInt32(w.pos, field.prefix, true);
  w.pos += 4;
  if ('accepts' in field) writeHeaderText(w, field, value);
  else if (slot === 'signature') writeSignature(w, value);
  else w.pos += 4;
}

function writeHeaderText(w: Writer, field: TextField, value: unknown): void {
  if (typeof value !== 'string') throw wrongType('s', `a string as ${field.slot}`, value);
  const fault = textFault(field, value);
  if (fault !== undefined) throw w.fault(fault);
  writeString(w, value);
}

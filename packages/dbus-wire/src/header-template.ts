/**
 * Headers, built and checked once and then copied: calls of one method differ in their serial, flags
 * and body length only, which are patched into the copy.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-header-fields
 */
import { isLittle } from './arguments.ts';
import { BoundedCache } from './bounded-cache.ts';
import { WireError } from './errors.ts';
import {
  FieldPrefix,
  hasRequiredFields,
  LOCAL_INTERFACE,
  LOCAL_PATH,
  NAME_FIELDS,
  type NameField,
} from './header-fields.ts';
import { FIXED_HEADER_BYTES } from './limits.ts';
import { type WritePlan, writePlans } from './marshal.ts';
import { MESSAGE_TYPES, type MessageInit } from './message.ts';
import { writePath, writeSignature, writeString, wrongType } from './text-writer.ts';
import { pad, SLACK, Writer } from './writer.ts';

/** A header ready to be copied, and how to write the body behind it. */
export interface HeaderTemplate {
  /** The header with its padding; flags, body length and serials are 0. */
  readonly bytes: Uint8Array;
  readonly little: boolean;
  /** Where REPLY_SERIAL lies, or 0. */
  readonly replySerialAt: number;
  readonly plan: WritePlan;
  readonly key: HeaderKey;
}

/** What makes two headers the same but for the patched numbers. */
interface HeaderKey {
  readonly type: string;
  readonly typeCode: number | undefined;
  readonly path: string | undefined;
  readonly interface: string | undefined;
  readonly member: string | undefined;
  readonly errorName: string | undefined;
  readonly hasReplySerial: boolean;
  readonly destination: string | undefined;
  readonly sender: string | undefined;
  readonly signature: string | undefined;
  readonly byteOrder: string | undefined;
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
  const built = build(init);
  if (built.bytes.length <= MAX_CACHED_BYTES) templates.set(slot, built);
  return built;
}

function isFor(key: HeaderKey, init: MessageInit): boolean {
  return (
    key.member === init.member &&
    key.path === init.path &&
    key.interface === init.interface &&
    key.destination === init.destination &&
    key.signature === init.signature &&
    key.type === init.type &&
    key.sender === init.sender &&
    key.errorName === init.errorName &&
    key.hasReplySerial === (init.replySerial !== undefined) &&
    key.byteOrder === init.byteOrder &&
    key.typeCode === init.typeCode
  );
}

function build(init: MessageInit): HeaderTemplate {
  const little = isLittle(init.byteOrder);
  const signature = init.signature ?? '';
  const w = new Writer(3 * SLACK);
  const typeCode = typeCodeOf(init);
  w.view.setUint8(0, little ? 0x6c : 0x42);
  w.view.setUint8(1, typeCode);
  w.view.setUint8(3, 1);
  w.pos = FIXED_HEADER_BYTES;
  // @rule wire/header-field-missing dbus#message-protocol-types
  if (!hasRequiredFields(typeCode, init)) throw new WireError('header-field-missing', 0);
  if (init.path !== undefined) writePathField(w, init.path, little);
  for (const field of NAME_FIELDS) writeName(w, field, init[field.slot], little);
  let replySerialAt = 0;
  if (init.replySerial !== undefined) {
    openField(w, FieldPrefix.REPLY_SERIAL);
    replySerialAt = w.pos;
    w.pos += 4;
  }
  const plan = writePlans(little).get(signature);
  if (signature !== '') {
    openField(w, FieldPrefix.SIGNATURE);
    writeSignature(w, signature);
  }
  w.view.setUint32(12, w.pos - FIXED_HEADER_BYTES, little);
  pad(w, 8);
  return {
    bytes: w.plain.slice(0, w.pos),
    little,
    replySerialAt,
    plan,
    key: {
      type: init.type,
      typeCode: init.typeCode,
      path: init.path,
      interface: init.interface,
      member: init.member,
      errorName: init.errorName,
      hasReplySerial: init.replySerial !== undefined,
      destination: init.destination,
      sender: init.sender,
      signature: init.signature,
      byteOrder: init.byteOrder,
    },
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

function openField(w: Writer, prefix: number): void {
  w.reserve(0);
  pad(w, 8);
  w.view.setInt32(w.pos, prefix, true);
  w.pos += 4;
}

function writePathField(w: Writer, path: string, little: boolean): void {
  openField(w, FieldPrefix.PATH);
  writePath(w, path, little);
  // @rule wire/local-path dbus#standard-interfaces
  if (path.startsWith(LOCAL_PATH)) throw w.fault('local-path');
}

function writeName(w: Writer, field: NameField, name: string | undefined, little: boolean): void {
  if (name === undefined) return;
  if (typeof name !== 'string') throw wrongType('s', 'a name', name);
  openField(w, field.prefix);
  if (!field.accepts(name)) throw w.fault(field.fault);
  // @rule wire/local-interface dbus#standard-interfaces
  if (field.slot === 'interface' && name.startsWith(LOCAL_INTERFACE)) {
    throw w.fault('local-interface');
  }
  writeString(w, name, little);
}

/**
 * The fields of a message header: their codes and types, and what each message type requires.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-header-fields
 */

import { isBusName, isErrorName, isInterfaceName, isMemberName, isObjectPath } from './names.ts';
import type { WireErrorCode } from './wire-error.ts';

/** A field that holds a text: where it goes in a message, and what it must be. */
export interface TextField {
  readonly slot: 'path' | 'interface' | 'member' | 'errorName' | 'destination' | 'sender';
  readonly prefix: number;
  readonly accepts: (text: string) => boolean;
  readonly fault: WireErrorCode;
}

/** A field that holds something else; the last two are not kept. */
export interface OtherField {
  readonly slot: 'replySerial' | 'signature' | 'unixFds' | 'containerInstance';
  readonly prefix: number;
}

/**
 * The known fields, by code. A prefix is what comes before the value, four bytes read with the first
 * one lowest: the code, then the variant's signature with its length and its zero.
 */
export const HEADER_FIELDS: readonly (TextField | OtherField | undefined)[] = [
  undefined,
  // @rule wire/object-path-invalid dbus#message-protocol-marshaling-object-path
  textField('path', 0x006f0101, isObjectPath, 'object-path-invalid'),
  // @rule wire/interface-invalid dbus#message-protocol-names-interface
  textField('interface', 0x00730102, isInterfaceName, 'interface-invalid'),
  // @rule wire/member-invalid dbus#message-protocol-names-member
  textField('member', 0x00730103, isMemberName, 'member-invalid'),
  // @rule wire/error-name-invalid dbus#message-protocol-names-error
  textField('errorName', 0x00730104, isErrorName, 'error-name-invalid'),
  { slot: 'replySerial', prefix: 0x00750105 },
  // @rule wire/destination-invalid dbus#message-protocol-names-bus
  textField('destination', 0x00730106, isBusName, 'destination-invalid'),
  // @rule wire/sender-invalid dbus#message-protocol-names-bus
  textField('sender', 0x00730107, isBusName, 'sender-invalid'),
  { slot: 'signature', prefix: 0x00670108 },
  { slot: 'unixFds', prefix: 0x00750109 },
  // Not in the specification; libdbus knows it, requires its type and refuses it twice.
  { slot: 'containerInstance', prefix: 0x006f010a },
];

function textField(
  slot: TextField['slot'],
  prefix: number,
  accepts: TextField['accepts'],
  fault: WireErrorCode,
): TextField {
  return { slot, prefix, accepts, fault };
}

/**
 * What libdbus itself puts into a connection's queue; never valid on the wire: a message from there
 * looks to a client as if its own library had made it.
 */
const LOCAL_PATH = '/org/freedesktop/DBus/Local';
const LOCAL_INTERFACE = 'org.freedesktop.DBus.Local';

/** The rule that a text breaks as the value of a field, if any. */
export function textFault(
  { slot, accepts, fault }: TextField,
  text: string,
): WireErrorCode | undefined {
  if (!accepts(text)) return fault;
  // @rule wire/local-path dbus#standard-interfaces
  if (slot === 'path' && text.startsWith(LOCAL_PATH)) return 'local-path';
  // @rule wire/local-interface dbus#standard-interfaces
  return slot === 'interface' && text.startsWith(LOCAL_INTERFACE) ? 'local-interface' : undefined;
}

type RequiredSlot = 'path' | 'interface' | 'member' | 'errorName' | 'replySerial';

/** What each message type requires, by its code. */
const REQUIRED_SLOTS: readonly (readonly RequiredSlot[])[] = [
  [],
  ['path', 'member'],
  ['replySerial'],
  ['errorName', 'replySerial'],
  ['path', 'interface', 'member'],
];

/** Tells whether every field that a message of this type needs is there. */
export function hasRequiredFields(
  typeCode: number,
  fields: { readonly [slot in RequiredSlot]?: unknown },
): boolean {
  const required = REQUIRED_SLOTS[typeCode] ?? [];
  return required.every((slot) => fields[slot] !== undefined);
}

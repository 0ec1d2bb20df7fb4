/**
 * The fields of a message header: their codes and types, and what each message type requires.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-header-fields
 */

import type { WireErrorCode } from './errors.ts';
import { isBusName, isErrorName, isInterfaceName, isMemberName } from './names.ts';

/**
 * The four bytes before a known field's value, read with the first byte lowest: the code, then the
 * variant's signature with its length and its zero.
 */
export const FieldPrefix = {
  PATH: 0x006f0101,
  INTERFACE: 0x00730102,
  MEMBER: 0x00730103,
  ERROR_NAME: 0x00730104,
  REPLY_SERIAL: 0x00750105,
  DESTINATION: 0x00730106,
  SENDER: 0x00730107,
  SIGNATURE: 0x00670108,
  UNIX_FDS: 0x00750109,
  /** Not in the specification; libdbus knows it, requires its type and refuses it twice. */
  CONTAINER_INSTANCE: 0x006f010a,
} as const;

/** The highest code of a known field. */
export const LAST_FIELD_CODE = 10;

/** A field that holds a name: where it goes in a message, and what it must be. */
export interface NameField {
  readonly slot: 'interface' | 'member' | 'errorName' | 'destination' | 'sender';
  readonly prefix: number;
  readonly accepts: (text: string) => boolean;
  readonly fault: WireErrorCode;
}

/** The fields that hold names. */
export const NAME_FIELDS: readonly NameField[] = [
  // @rule wire/interface-invalid dbus#message-protocol-names-interface
  nameField('interface', FieldPrefix.INTERFACE, isInterfaceName, 'interface-invalid'),
  // @rule wire/member-invalid dbus#message-protocol-names-member
  nameField('member', FieldPrefix.MEMBER, isMemberName, 'member-invalid'),
  // @rule wire/error-name-invalid dbus#message-protocol-names-error
  nameField('errorName', FieldPrefix.ERROR_NAME, isErrorName, 'error-name-invalid'),
  // @rule wire/destination-invalid dbus#message-protocol-names-bus
  nameField('destination', FieldPrefix.DESTINATION, isBusName, 'destination-invalid'),
  // @rule wire/sender-invalid dbus#message-protocol-names-bus
  nameField('sender', FieldPrefix.SENDER, isBusName, 'sender-invalid'),
];

function nameField(
  slot: NameField['slot'],
  prefix: number,
  accepts: NameField['accepts'],
  fault: WireErrorCode,
): NameField {
  return { slot, prefix, accepts, fault };
}

/** What libdbus itself puts into a connection's queue; never valid on the wire. */
export const LOCAL_PATH = '/org/freedesktop/DBus/Local';
export const LOCAL_INTERFACE = 'org.freedesktop.DBus.Local';

/** The fields whose presence a message type can require. */
export interface RequiredFields {
  readonly path?: unknown;
  readonly interface?: unknown;
  readonly member?: unknown;
  readonly errorName?: unknown;
  readonly replySerial?: unknown;
}

/** Tells whether every field that a message of this type needs is there. */
export function hasRequiredFields(typeCode: number, fields: RequiredFields): boolean {
  switch (typeCode) {
    case 1:
      return fields.path !== undefined && fields.member !== undefined;
    case 2:
      return fields.replySerial !== undefined;
    case 3:
      return fields.errorName !== undefined && fields.replySerial !== undefined;
    case 4:
      return (
        fields.path !== undefined && fields.interface !== undefined && fields.member !== undefined
      );
    default:
      return true;
  }
}

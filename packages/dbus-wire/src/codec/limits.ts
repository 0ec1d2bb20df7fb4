/**
 * Every number that the specification, or libdbus where the specification is silent, sets as a
 * bound. https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol
 */

/** A whole message, header and padding included (#message-protocol-messages). */
export const MAX_MESSAGE_BYTES: number = 128 * 1024 * 1024;

/** The elements of one array, without the padding before the first (#message-protocol-marshaling). */
export const MAX_ARRAY_BYTES: number = 64 * 1024 * 1024;

/** The text of a signature (#message-protocol-marshaling-signature). */
export const MAX_SIGNATURE_BYTES = 255;

/** Arrays directly inside each other, structs, and dict entries: each may nest this deep. */
export const MAX_SIGNATURE_DEPTH = 32;

/** Containers around a value, variants included (#message-protocol-marshaling). */
export const MAX_VALUE_DEPTH = 64;

/** Bus, interface, member and error names (#message-protocol-names). */
export const MAX_NAME_BYTES = 255;

/** The fixed part of a header, up to and including the length of the field array. */
export const FIXED_HEADER_BYTES = 16;

/** Serials are unsigned 32-bit numbers and never 0. */
export const MAX_SERIAL = 0xffffffff;

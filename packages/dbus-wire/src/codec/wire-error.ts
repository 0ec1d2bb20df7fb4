/**
 * The one error of the codec: which rule of the wire format was broken, and where.
 *
 * An error never carries the bytes that broke the rule: they can be a secret, and what a peer
 * sends must not reach a log through us. Wrong JavaScript types handed to the encoder are a
 * `TypeError`, numbers that do not fit their wire type a `RangeError`.
 */
import { hasNameAndCode } from '../has-name-and-code.ts';
import type { Message } from './message.ts';

/** The rules, with what each one expects; {@link WireError.section} tells where it is written. */
export type WireErrorCode =
  /** A signature of at most 255 bytes. */
  | 'signature-too-long'
  /** A type code of the specification. */
  | 'signature-type-unknown'
  /** At most 32 arrays inside each other. */
  | 'signature-array-too-deep'
  /** At most 32 structs inside each other. */
  | 'signature-struct-too-deep'
  /** At most 32 dict entries inside each other. */
  | 'signature-dict-entry-too-deep'
  /** An element type after "a". */
  | 'signature-array-incomplete'
  /** A struct with at least one field. */
  | 'signature-struct-empty'
  /** Balanced brackets. */
  | 'signature-struct-unbalanced'
  /** A dict entry only as an array element. */
  | 'signature-dict-entry-outside-array'
  /** A dict entry whose key is a basic type. */
  | 'signature-dict-entry-key'
  /** A dict entry with exactly two fields. */
  | 'signature-dict-entry-fields'
  /** Exactly one complete type. */
  | 'signature-not-single'
  /** A value that ends inside the data. */
  | 'value-truncated'
  /** Data that ends with its last value. */
  | 'values-trailing-bytes'
  /** Padding of zero bytes. */
  | 'padding-not-zero'
  /** A boolean of 0 or 1. */
  | 'boolean-invalid'
  /** A zero byte after the text. */
  | 'string-not-terminated'
  /** Text without a NUL character. */
  | 'string-contains-nul'
  /** Valid UTF-8. */
  | 'string-not-utf8'
  /** Text without lone surrogates. */
  | 'string-lone-surrogate'
  /** A valid object path. */
  | 'object-path-invalid'
  /** An array of at most 67108864 bytes. */
  | 'array-too-long'
  /** An array that ends with an element. */
  | 'array-length-mismatch'
  /** An array length that its element size divides. */
  | 'array-length-not-multiple'
  /** At most 64 containers around a value. */
  | 'depth-exceeded'
  /** The byte order mark "l" or "B". */
  | 'byte-order-unknown'
  /** A message type other than 0. */
  | 'message-type-zero'
  /** Major protocol version 1. */
  | 'version-unsupported'
  /** A serial other than 0. */
  | 'serial-zero'
  /** A message no longer than the limit. */
  | 'message-too-long'
  /** A whole message. */
  | 'message-truncated'
  /** One message and nothing after it. */
  | 'message-trailing-bytes'
  /** A header field code other than 0. */
  | 'header-field-zero'
  /** The type that this header field has. */
  | 'header-field-type'
  /** Each header field once. */
  | 'header-field-duplicate'
  /** Every header field that this message type requires. */
  | 'header-field-missing'
  /** A valid interface name. */
  | 'interface-invalid'
  /** A valid member name. */
  | 'member-invalid'
  /** A valid error name. */
  | 'error-name-invalid'
  /** A valid bus name as destination. */
  | 'destination-invalid'
  /** A valid bus name as sender. */
  | 'sender-invalid'
  /** A reply serial other than 0. */
  | 'reply-serial-zero'
  /** No message from the path reserved for local use. */
  | 'local-path'
  /** No message on the interface reserved for local use. */
  | 'local-interface'
  /** No file descriptors, which cannot be received here. */
  | 'unix-fds-unsupported'
  /** A signature for a body that is not empty. */
  | 'body-without-signature';

const MARSHALLING = 'message-protocol-marshaling';
const NAMES = 'message-protocol-names';

/** Which section of the specification the rules belong to, by what their codes start with. */
const SECTIONS: readonly (readonly [codes: RegExp, section: string])[] = [
  [/^signature/, `${MARSHALLING}-signature`],
  [/^object-path/, `${MARSHALLING}-object-path`],
  [/^(byte-order|version|message|serial)/, 'message-protocol-messages'],
  [/^(header|reply|unix|body)/, 'message-protocol-header-fields'],
  [/^interface/, `${NAMES}-interface`],
  [/^member/, `${NAMES}-member`],
  [/^error/, `${NAMES}-error`],
  [/^(destination|sender)/, `${NAMES}-bus`],
  [/^local/, 'standard-interfaces'],
];

/** A rule of the wire format was broken, by the peer when decoding, by the caller when encoding. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  /** Where, in bytes from the start of the message, of the values or of the signature. */
  readonly offset: number;
  /** The anchor of the rule's section in the D-Bus specification. */
  readonly section: string;
  /** Messages completed by the same chunk before the fault; only `MessageParser.feed` fills it. */
  readonly messages: readonly Message[];

  constructor(code: WireErrorCode, offset: number, messages: readonly Message[] = []) {
    const section = SECTIONS.find(([codes]) => codes.test(code))?.[1] ?? MARSHALLING;
    super(`wire: ${code} at offset ${offset} (D-Bus #${section})`);
    this.code = code;
    this.offset = offset;
    this.section = section;
    // Not enumerable: whoever prints the error must not print bodies with it.
    this.messages = messages;
    Object.defineProperty(this, 'messages', { enumerable: false });
  }
}

/** Tells a {@link WireError} by name and code, so that two copies in one bundle know each other. */
export function isWireError(error: unknown): error is WireError {
  return hasNameAndCode(error, 'WireError');
}

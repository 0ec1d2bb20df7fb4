/**
 * The one error of the codec: which rule of the wire format was broken, and where.
 *
 * An error never carries the bytes that broke the rule: they can be a secret, and what a peer
 * sends must not reach a log through us. Wrong JavaScript types handed to the encoder are a
 * `TypeError`, numbers that do not fit their wire type a `RangeError`.
 */
import type { Message } from './message.ts';

/** The rules; each one has a section of the specification, see {@link WireError.section}. */
export type WireErrorCode =
  | 'signature-too-long'
  | 'signature-type-unknown'
  | 'signature-array-too-deep'
  | 'signature-struct-too-deep'
  | 'signature-dict-entry-too-deep'
  | 'signature-array-incomplete'
  | 'signature-struct-empty'
  | 'signature-struct-unbalanced'
  | 'signature-dict-entry-outside-array'
  | 'signature-dict-entry-key'
  | 'signature-dict-entry-fields'
  | 'signature-not-single'
  | 'value-truncated'
  | 'values-trailing-bytes'
  | 'padding-not-zero'
  | 'boolean-invalid'
  | 'string-not-terminated'
  | 'string-contains-nul'
  | 'string-not-utf8'
  | 'string-lone-surrogate'
  | 'object-path-invalid'
  | 'array-too-long'
  | 'array-length-mismatch'
  | 'array-length-not-multiple'
  | 'depth-exceeded'
  | 'byte-order-unknown'
  | 'message-type-zero'
  | 'version-unsupported'
  | 'serial-zero'
  | 'message-too-long'
  | 'message-truncated'
  | 'message-trailing-bytes'
  | 'header-field-zero'
  | 'header-field-type'
  | 'header-field-duplicate'
  | 'header-field-missing'
  | 'interface-invalid'
  | 'member-invalid'
  | 'error-name-invalid'
  | 'destination-invalid'
  | 'sender-invalid'
  | 'reply-serial-zero'
  | 'local-path'
  | 'local-interface'
  | 'unix-fds-unsupported'
  | 'body-without-signature';

const SIGNATURES = 'message-protocol-marshaling-signature';
const MARSHALLING = 'message-protocol-marshaling';
const FORMAT = 'message-protocol-messages';
const FIELDS = 'message-protocol-header-fields';

/** What is expected, and the section that says so. */
const RULES: Readonly<Record<WireErrorCode, readonly [section: string, expected: string]>> = {
  'signature-too-long': [SIGNATURES, 'a signature of at most 255 bytes'],
  'signature-type-unknown': [SIGNATURES, 'a type code of the specification'],
  'signature-array-too-deep': [SIGNATURES, 'at most 32 arrays inside each other'],
  'signature-struct-too-deep': [SIGNATURES, 'at most 32 structs inside each other'],
  'signature-dict-entry-too-deep': [SIGNATURES, 'at most 32 dict entries inside each other'],
  'signature-array-incomplete': [SIGNATURES, 'an element type after "a"'],
  'signature-struct-empty': [SIGNATURES, 'a struct with at least one field'],
  'signature-struct-unbalanced': [SIGNATURES, 'balanced brackets'],
  'signature-dict-entry-outside-array': [SIGNATURES, 'a dict entry only as an array element'],
  'signature-dict-entry-key': [SIGNATURES, 'a dict entry whose key is a basic type'],
  'signature-dict-entry-fields': [SIGNATURES, 'a dict entry with exactly two fields'],
  'signature-not-single': [SIGNATURES, 'exactly one complete type'],
  'value-truncated': [MARSHALLING, 'a value that ends inside the data'],
  'values-trailing-bytes': [MARSHALLING, 'data that ends with its last value'],
  'padding-not-zero': [MARSHALLING, 'padding of zero bytes'],
  'boolean-invalid': [MARSHALLING, 'a boolean of 0 or 1'],
  'string-not-terminated': [MARSHALLING, 'a zero byte after the text'],
  'string-contains-nul': [MARSHALLING, 'text without a NUL character'],
  'string-not-utf8': [MARSHALLING, 'valid UTF-8'],
  'string-lone-surrogate': [MARSHALLING, 'text without lone surrogates'],
  'object-path-invalid': ['message-protocol-marshaling-object-path', 'a valid object path'],
  'array-too-long': [MARSHALLING, 'an array of at most 67108864 bytes'],
  'array-length-mismatch': [MARSHALLING, 'an array that ends with an element'],
  'array-length-not-multiple': [MARSHALLING, 'an array length that its element size divides'],
  'depth-exceeded': [MARSHALLING, 'at most 64 containers around a value'],
  'byte-order-unknown': [FORMAT, 'the byte order mark "l" or "B"'],
  'message-type-zero': [FORMAT, 'a message type other than 0'],
  'version-unsupported': [FORMAT, 'major protocol version 1'],
  'serial-zero': [FORMAT, 'a serial other than 0'],
  'message-too-long': [FORMAT, 'a message no longer than the limit'],
  'message-truncated': [FORMAT, 'a whole message'],
  'message-trailing-bytes': [FORMAT, 'one message and nothing after it'],
  'header-field-zero': [FIELDS, 'a header field code other than 0'],
  'header-field-type': [FIELDS, 'the type that this header field has'],
  'header-field-duplicate': [FIELDS, 'each header field once'],
  'header-field-missing': [FIELDS, 'every header field that this message type requires'],
  'interface-invalid': ['message-protocol-names-interface', 'a valid interface name'],
  'member-invalid': ['message-protocol-names-member', 'a valid member name'],
  'error-name-invalid': ['message-protocol-names-error', 'a valid error name'],
  'destination-invalid': ['message-protocol-names-bus', 'a valid bus name as destination'],
  'sender-invalid': ['message-protocol-names-bus', 'a valid bus name as sender'],
  'reply-serial-zero': [FIELDS, 'a reply serial other than 0'],
  'local-path': ['standard-interfaces', 'no message from the path reserved for local use'],
  'local-interface': ['standard-interfaces', 'no message on the interface reserved for local use'],
  'unix-fds-unsupported': [FIELDS, 'no file descriptors, which cannot be received here'],
  'body-without-signature': [FIELDS, 'a signature for a body that is not empty'],
};

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
    const [section, expected] = RULES[code];
    super(`wire ${code}: expected ${expected}, at offset ${offset} (D-Bus #${section})`);
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
  return (
    error instanceof Error &&
    error.name === 'WireError' &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(RULES, error.code)
  );
}

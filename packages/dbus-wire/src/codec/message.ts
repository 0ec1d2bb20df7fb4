/**
 * Messages: what a header says, and a body.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */
import type { ByteOrder } from '../types/values.ts';

/** What a message is; types that the specification does not know yet are `unknown`. */
export type MessageType = 'method_call' | 'method_return' | 'error' | 'signal' | 'unknown';

/** Message types by their code on the wire. */
export const MESSAGE_TYPES: readonly MessageType[] = [
  'unknown',
  'method_call',
  'method_return',
  'error',
  'signal',
];

/** The flags of a message, to be combined with `|`. */
export const MessageFlag = {
  /** The sender wants no reply, not even an error. */
  NO_REPLY_EXPECTED: 1,
  /** The bus must not start a service to deliver the message. */
  NO_AUTO_START: 2,
  /** The receiver may ask the user, and take its time. */
  ALLOW_INTERACTIVE_AUTHORIZATION: 4,
} as const;

/** What {@link encodeMessage} takes. A decoded {@link Message} is one too. */
export interface MessageInit {
  readonly type: MessageType;
  /** The code on the wire; only looked at when `type` is `'unknown'`. */
  readonly typeCode?: number | undefined;
  /** 1 to 2^32 - 1; a reply names it. */
  readonly serial: number;
  /** {@link MessageFlag}s; default 0. */
  readonly flags?: number | undefined;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly errorName?: string | undefined;
  readonly replySerial?: number | undefined;
  readonly destination?: string | undefined;
  readonly sender?: string | undefined;
  /** The types of the body; default `''`. */
  readonly signature?: string | undefined;
  /** One value for each complete type of the signature. */
  readonly body?: readonly unknown[] | undefined;
  /** Default `'little'`. */
  readonly byteOrder?: ByteOrder | undefined;
}

/** The fields of a message as they were decoded. */
export interface MessageFields extends MessageInit {
  readonly typeCode: number;
  readonly flags: number;
  readonly signature: string;
  readonly body: unknown[];
  readonly byteOrder: ByteOrder;
}

/**
 * A decoded message; everything in it has been checked. `inspect` and JSON show the header and hide
 * the body, which can hold secrets.
 */
export class Message implements MessageInit {
  readonly type: MessageType;
  /** The type's code on the wire: what an `unknown` message has instead of a name. */
  readonly typeCode: number;
  /** {@link MessageFlag}s, unknown ones included. */
  readonly flags: number;
  readonly serial: number;
  readonly path: string | undefined;
  readonly interface: string | undefined;
  readonly member: string | undefined;
  readonly errorName: string | undefined;
  readonly replySerial: number | undefined;
  readonly destination: string | undefined;
  readonly sender: string | undefined;
  /** `''` when there is no body. */
  readonly signature: string;
  /** One value for each complete type of the signature. */
  readonly body: unknown[];
  readonly byteOrder: ByteOrder;

  constructor(fields: MessageFields) {
    this.type = fields.type;
    this.typeCode = fields.typeCode;
    this.flags = fields.flags;
    this.serial = fields.serial;
    this.path = fields.path;
    this.interface = fields.interface;
    this.member = fields.member;
    this.errorName = fields.errorName;
    this.replySerial = fields.replySerial;
    this.destination = fields.destination;
    this.sender = fields.sender;
    this.signature = fields.signature;
    this.body = fields.body;
    this.byteOrder = fields.byteOrder;
  }

  /** The header; the body is left out. */
  toJSON(): Record<string, unknown> {
    const { body, ...header } = this;
    return { ...header, body: `(${body.length} values, not shown)` };
  }
}

// What console.log shows in Node, Bun and Deno.
Object.defineProperty(Message.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value: Message.prototype.toJSON,
});

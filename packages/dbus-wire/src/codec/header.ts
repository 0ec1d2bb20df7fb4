/** What a header said, on its way from the bytes into a message. */
import type { ByteOrder } from '../types/values.ts';
import { MESSAGE_TYPES, type MessageFields, type MessageType } from './message.ts';
import { type ReadPlan, readPlan } from './unmarshal.ts';

/** What a header said, to be copied into a message. */
export class Header implements MessageFields {
  type: MessageType;
  typeCode: number;
  flags = 0;
  serial = 0;
  path: string | undefined = undefined;
  interface: string | undefined = undefined;
  member: string | undefined = undefined;
  errorName: string | undefined = undefined;
  replySerial: number | undefined = undefined;
  destination: string | undefined = undefined;
  sender: string | undefined = undefined;
  signature = '';
  body: unknown[] = [];
  byteOrder: ByteOrder;
  /** How to read the body. */
  plan: ReadPlan = readPlan('');
  /** One bit for each known field that was there. */
  seen = 0;
  /** Where REPLY_SERIAL lies, or 0. */
  replySerialAt = 0;

  constructor(typeCode: number, little: boolean) {
    // @rule wire/unknown-type-accepted dbus#message-protocol-types
    this.type = MESSAGE_TYPES[typeCode] ?? 'unknown';
    this.typeCode = typeCode;
    this.byteOrder = little ? 'little' : 'big';
  }
}

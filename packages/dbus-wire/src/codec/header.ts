/** What a header said, on its way from the bytes into a message. */
import { MESSAGE_TYPES, Message } from './message.ts';
import { type ReadPlan, readPlan } from './unmarshal.ts';

/** A message without its body, to be copied with one. */
export class Header extends Message {
  /** How to read the body. */
  plan: ReadPlan = readPlan('');
  /** One bit for each known field that was there. */
  seen = 0;
  /** Where REPLY_SERIAL lies, or 0. */
  replySerialAt = 0;

  constructor(typeCode: number, little: boolean) {
    super({
      // @rule wire/unknown-type-accepted dbus#message-protocol-types
      type: MESSAGE_TYPES[typeCode] ?? 'unknown',
      typeCode,
      flags: 0,
      serial: 0,
      signature: '',
      body: [],
      byteOrder: little ? 'little' : 'big',
    });
  }
}

/** A header while it is read. */
export type OpenHeader = { -readonly [field in keyof Header]: Header[field] };

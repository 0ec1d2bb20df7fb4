/** What of a message decides where it goes, and who is told what; without any state of the bus. */
import type { MatchableMessage, Message, MessageInit } from '@keywire/dbus-wire';
import type { DriverError } from './driver-error.ts';

/** A message of the bus itself, which gives it sender and serial. */
export type OwnMessage = Omit<MessageInit, 'serial'>;

/** A call without a destination is for the bus, as is everything of the Peer interface there. */
export function isForTheBus(message: Message): boolean {
  return message.destination === undefined && message.type === 'method_call';
}

/** Whether somebody has asked for it. */
export function isReply(message: Message): boolean {
  return message.type === 'method_return' || message.type === 'error';
}

/** What match rules look at. */
export function matchable(message: Message, sender: string): MatchableMessage {
  return {
    type: message.type,
    sender,
    destination: message.destination,
    path: message.path,
    interface: message.interface,
    member: message.member,
    signature: message.signature,
    body: message.body,
  };
}

/** Tells the caller of a call with this serial why it failed. */
export function errorReply(replySerial: number, { errorName, message }: DriverError): OwnMessage {
  return { type: 'error', replySerial, errorName, signature: 's', body: [message] };
}

/**
 * One message into bytes, checked as strictly as a received one.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */
import { WireError } from './errors.ts';
import { headerTemplate } from './header-template.ts';
import { MAX_MESSAGE_BYTES, MAX_SERIAL } from './limits.ts';
import { withWriter, writeValues } from './marshal.ts';
import type { MessageInit } from './message.ts';
import type { Writer } from './writer.ts';

const NO_VALUES: readonly unknown[] = [];

/**
 * Encodes a message.
 *
 * @throws {@link WireError} when the message breaks a rule of the wire format
 * @throws TypeError when a value has the wrong JavaScript type, RangeError when a number does not fit
 */
export function encodeMessage(init: MessageInit): Uint8Array<ArrayBuffer> {
  return withWriter((w) => encodeWith(w, init));
}

function encodeWith(w: Writer, init: MessageInit): Uint8Array<ArrayBuffer> {
  const { serial, flags = 0, replySerial, body = NO_VALUES } = init;
  const template = headerTemplate(init);
  const { little, plan } = template;
  const headerBytes = template.bytes.length;
  w.reserve(headerBytes);
  w.plain.set(template.bytes);
  // @rule wire/serial-zero dbus#message-protocol-messages
  w.view.setUint32(8, checkSerial(serial, 'serial', 'serial-zero', 8), little);
  if (!Number.isInteger(flags) || flags < 0 || flags > 0xff) {
    throw new RangeError('flags: expected an integer from 0 to 255');
  }
  w.view.setUint8(2, flags);
  if (replySerial !== undefined) {
    const at = template.replySerialAt;
    // @rule wire/reply-serial-zero dbus#message-protocol-header-fields
    w.view.setUint32(at, checkSerial(replySerial, 'replySerial', 'reply-serial-zero', at), little);
  }
  w.pos = headerBytes;
  // @rule wire/body-without-signature dbus#message-protocol-header-fields
  if (plan.signature === '' && body.length > 0) throw w.fault('body-without-signature');
  writeValues(w, plan, body);
  if (w.pos > MAX_MESSAGE_BYTES) throw w.fault('message-too-long');
  w.view.setUint32(4, w.pos - headerBytes, little);
  return w.take(plan.canHoldSecret);
}

function checkSerial(
  value: number,
  name: string,
  zero: 'serial-zero' | 'reply-serial-zero',
  at: number,
): number {
  if (value === 0) throw new WireError(zero, at);
  if (!Number.isInteger(value) || value < 0 || value > MAX_SERIAL) {
    throw new RangeError(`${name}: expected an integer from 1 to 4294967295`);
  }
  return value;
}

/**
 * One message into bytes, checked as strictly as a received one.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */

import { checkObject } from './arguments.ts';
import { type HeaderTemplate, headerTemplate } from './header-template.ts';
import { MAX_MESSAGE_BYTES, MAX_SERIAL } from './limits.ts';
import { integer, writeValues } from './marshal.ts';
import type { MessageInit } from './message.ts';
import { WireError, type WireErrorCode } from './wire-error.ts';
import { type Writer, withWriter } from './writer.ts';

const NO_VALUES: readonly unknown[] = [];

/**
 * Encodes a message. The bytes are the caller's, but a small message without bytes in its body can
 * lie beside others in one buffer: use the `Uint8Array`, not its `buffer`.
 *
 * @throws {@link WireError} when the message breaks a rule of the wire format
 * @throws TypeError when a value has the wrong JavaScript type, RangeError when a number does not fit
 */
export function encodeMessage(init: MessageInit): Uint8Array<ArrayBuffer> {
  checkObject('message', init);
  const template = headerTemplate(init);
  return withWriter(template.little, (w) => encodeWith(w, template, init));
}

function encodeWith(
  w: Writer,
  template: HeaderTemplate,
  init: MessageInit,
): Uint8Array<ArrayBuffer> {
  const { serial, flags = 0, replySerial, body = NO_VALUES } = init;
  const { bytes, little, plan } = template;
  w.reserve(bytes.length);
  const { base, view } = w;
  w.plain.set(bytes, base);
  w.pos = base + bytes.length;
  // @rule wire/serial-zero dbus#message-protocol-messages
  view.setUint32(base + 8, checkSerial(serial, 'serial', 'serial-zero', 8), little);
  view.setUint8(base + 2, integer(flags, 'flags', 0, 0xff));
  if (replySerial !== undefined) {
    const at = template.replySerialAt;
    // @rule wire/reply-serial-zero dbus#message-protocol-header-fields
    const checked = checkSerial(replySerial, 'replySerial', 'reply-serial-zero', at);
    view.setUint32(base + at, checked, little);
  }
  const bodyStart = w.pos;
  // @rule wire/body-without-signature dbus#message-protocol-header-fields
  if (plan.signature === '' && body.length > 0) throw w.fault('body-without-signature');
  writeValues(w, plan, body);
  if (w.pos - base > MAX_MESSAGE_BYTES) throw w.fault('message-too-long');
  w.view.setUint32(base + 4, w.pos - bodyStart, little);
  return w.take();
}

function checkSerial(value: number, name: string, zero: WireErrorCode, at: number): number {
  if (value === 0) throw new WireError(zero, at);
  return integer(value, name, 1, MAX_SERIAL);
}

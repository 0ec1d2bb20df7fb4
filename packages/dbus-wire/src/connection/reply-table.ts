/**
 * The calls that wait for a reply, by serial, and the rule of whose reply counts.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-types-method
 *
 * A bus delivers whatever another client addresses to us. A reply therefore counts only when its
 * sender is the one that was asked; a forged one is dropped, and the call goes on waiting.
 */

import type { Message } from '../codec/message.ts';
import { BUS_NAME } from './connection-options.ts';

/** One call that waits for its reply. */
export interface PendingCall {
  readonly serial: number;
  /** Unique names of those who may answer; undefined without a bus: one other side only. */
  readonly callees: ReadonlySet<string> | undefined;
}

/** xdg-dbus-proxy keeps the serials above this for itself and hangs up on clients that use them. */
const LAST_SERIAL = 0xffffffff - 65536;

/** Serials, and the calls that wait under them. */
export class ReplyTable<C extends PendingCall> {
  readonly #pending = new Map<number, C>();
  #lastSerial: number;

  constructor(firstSerial = 1) {
    this.#lastSerial = firstSerial - 1;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** A serial that is not 0 and not waited for. */
  nextSerial(): number {
    // @rule connection/serial-wrap dbus#message-protocol-messages
    do {
      this.#lastSerial = this.#lastSerial >= LAST_SERIAL ? 1 : this.#lastSerial + 1;
    } while (this.#pending.has(this.#lastSerial));
    return this.#lastSerial;
  }

  add(call: C): void {
    this.#pending.set(call.serial, call);
  }

  /** Stops waiting. */
  remove(call: C): void {
    this.#pending.delete(call.serial);
  }

  /** Takes out the call that a reply answers; undefined when nobody waits for this reply. */
  take(reply: Message): C | undefined {
    const { replySerial } = reply;
    const call = replySerial === undefined ? undefined : this.#pending.get(replySerial);
    if (call === undefined || !isFromCallee(call, reply)) return undefined;
    this.#pending.delete(call.serial);
    return call;
  }

  /** Every call; one that is removed meanwhile is left out. */
  calls(): Iterable<C> {
    return this.#pending.values();
  }
}

function isFromCallee({ callees }: PendingCall, { type, sender }: Message): boolean {
  if (callees === undefined) return true;
  // @rule connection/error-from-bus keywire#owner-binding
  // The bus itself says so when nobody can answer; no client can send in its name.
  if (type === 'error' && sender === BUS_NAME) return true;
  // @rule connection/reply-from-callee keywire#owner-binding
  // @rule connection/reply-from-owner keywire#owner-binding
  return sender !== undefined && callees.has(sender);
}

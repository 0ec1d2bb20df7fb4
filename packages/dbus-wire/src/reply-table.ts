/**
 * The calls that wait for a reply, by serial, and the rule of whose reply counts.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-types-method
 *
 * A bus delivers whatever another client addresses to us. A reply therefore counts only when its
 * sender is the one that was asked; a forged one is dropped, and the call goes on waiting.
 */

import { BUS_NAME } from './connection-options.ts';
import type { Expiring } from './deadlines.ts';
import type { Message } from './message.ts';

/** Who may answer a call. */
export type ReplyBinding =
  /** Without a bus there is one other side only. */
  | { readonly kind: 'anyone' }
  | { readonly kind: 'sender'; readonly sender: string }
  /** Whoever owned the well-known name at some time while the call was pending. */
  | { readonly kind: 'owners'; readonly owners: Set<string> };

/** One call that waits for its reply. */
export interface PendingCall extends Expiring {
  readonly serial: number;
  readonly binding: ReplyBinding;
  /** Whether it takes one of the places that limit calls in flight. */
  readonly isCounted: boolean;
  answer(reply: Message): void;
  fail(error: Error): void;
}

/** xdg-dbus-proxy keeps the serials above this for itself and hangs up on clients that use them. */
const LAST_SERIAL = 0xffffffff - 65536;

/** Serials, and the calls that wait under them. */
export class ReplyTable {
  readonly #pending = new Map<number, PendingCall>();
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

  add(call: PendingCall): void {
    this.#pending.set(call.serial, call);
  }

  /** Stops waiting; tells whether the call was still there. */
  remove(call: PendingCall): boolean {
    return this.#pending.get(call.serial) === call && this.#pending.delete(call.serial);
  }

  /** Takes out the call that a reply answers; undefined when nobody waits for this reply. */
  take(reply: Message): PendingCall | undefined {
    const { replySerial } = reply;
    const call = replySerial === undefined ? undefined : this.#pending.get(replySerial);
    if (call === undefined || !isFromCallee(call.binding, reply)) return undefined;
    this.#pending.delete(call.serial);
    return call;
  }

  /** Takes out every call. */
  takeAll(): PendingCall[] {
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    return calls;
  }
}

function isFromCallee(binding: ReplyBinding, reply: Message): boolean {
  if (binding.kind === 'anyone') return true;
  const { sender } = reply;
  // @rule connection/error-from-bus keywire#owner-binding
  // The bus itself says so when nobody can answer; no client can send in its name.
  if (reply.type === 'error' && sender === BUS_NAME) return true;
  // @rule connection/reply-from-callee keywire#owner-binding
  if (binding.kind === 'sender') return sender === binding.sender;
  // @rule connection/reply-from-owner keywire#owner-binding
  return sender !== undefined && binding.owners.has(sender);
}

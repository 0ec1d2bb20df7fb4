/**
 * Making method calls: flags, serials, who may answer, deadlines, and how many wait at once.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-types-method
 */

import { checkSignal, onAbort } from '../abort-listeners.ts';
import { atLeast, wrongArgument } from '../codec/arguments.ts';
import { type Message, MessageFlag, type MessageInit } from '../codec/message.ts';
import { isUniqueName } from '../codec/names.ts';
import { ConnectionError, DBusErrorReply } from '../connection-error.ts';
import { settleable } from '../settle-quietly.ts';
import { wipeBytes } from '../wipe-bytes.ts';
import { BUS_NAME, type CallOptions, INTERACTIVE_REPLY_TIMEOUT_MS } from './connection-options.ts';
import type { Deadlines } from './deadlines.ts';
import type { TrackedName } from './name-owners.ts';
import { PendingReply, repliedTooLate } from './pending-reply.ts';
import { ReplyTable } from './reply-table.ts';

/** What a caller needs of its connection. */
export interface CallerHost {
  /** Whether there is a bus, which names its clients and vouches for senders. */
  readonly isOnBus: boolean;
  readonly replyTimeoutMs: number;
  readonly maxPendingCalls: number;
  readonly deadlines: Deadlines;
  encode(message: MessageInit): Uint8Array;
  push(frame: Uint8Array, message: MessageInit): void;
  track(name: string): TrackedName;
  /** The number of calls that wait has gone from or to zero. */
  busyChanged(): void;
}

/** Sends calls and finds the call that a reply answers. */
export class Caller {
  readonly #host: CallerHost;
  readonly #table = new ReplyTable<PendingReply>();
  /** Calls over the limit, in order, that have not been sent yet. */
  readonly #held = new Map<PendingReply, readonly [frame: Uint8Array, init: MessageInit]>();
  #inFlight = 0;
  #ignoredReplies = 0;

  constructor(host: CallerHost) {
    atLeast(0, 'replyTimeoutMs', host.replyTimeoutMs);
    atLeast(1, 'maxPendingCalls', host.maxPendingCalls);
    this.#host = host;
  }

  /** Calls that wait for a reply, sent or not. */
  get pendingCalls(): number {
    return this.#table.size;
  }

  /** Replies nobody waited for, and those that did not come from whom was asked. */
  get ignoredReplies(): number {
    return this.#ignoredReplies;
  }

  /** A serial for a message that is not a call made here. */
  nextSerial(): number {
    return this.#table.nextSerial();
  }

  /**
   * Sends a call. One of `answered`, which gets method returns, and `failed`, which gets error
   * replies too, is called, once.
   *
   * @param boundTo a name whose owner `options.destination` is; its change fails the call
   * @throws TypeError when the options do not make a message
   */
  begin(
    options: CallOptions,
    answered: (reply: Message) => void,
    failed: (error: Error) => void,
    boundTo?: TrackedName,
  ): void {
    const { destination, signal } = options;
    checkNotAborted(signal);
    const serial = this.#table.nextSerial();
    const init = callMessage(options, serial);
    // Before the bus is asked about the name: it may not be one.
    const frame = this.#host.encode(init);
    // The bus answers calls to itself at once: they do not count.
    const isCounted = destination !== BUS_NAME;
    const deadline = this.#deadlineOf(options);
    const [callees, name] = this.#calleesOf(destination);
    const reply: PendingReply = new PendingReply({
      serial,
      deadline,
      callees,
      name: boundTo ?? name,
      isBound: boundTo !== undefined,
      settled: () => {
        giveUp?.();
        forgetDeadline();
        this.#settled(reply, isCounted);
      },
      answered,
      failed,
    });
    const giveUp = signal && onAbort(signal, () => reply.fail(aborted(signal)));
    this.#table.add(reply);
    const forgetDeadline = this.#host.deadlines.add(reply);
    // @rule connection/pending-limit quirk#B6
    if (isCounted && this.#inFlight >= this.#host.maxPendingCalls) {
      this.#held.set(reply, [frame, init]);
    } else {
      if (isCounted) this.#inFlight++;
      this.#host.push(frame, init);
    }
    if (this.#table.size === 1) this.#host.busyChanged();
  }

  /**
   * Waits for what a call needs before it can be made, no longer than the call may take.
   *
   * @returns the milliseconds that are left of its time
   */
  async prepare(needed: Promise<void>, options: CallOptions): Promise<number> {
    const { signal } = options;
    checkNotAborted(signal);
    const { deadlines } = this.#host;
    const deadline = this.#deadlineOf(options);
    const [givenUp, giveUp] = settleable();
    const forgetDeadline = deadlines.add({ deadline, expire: () => giveUp(repliedTooLate()) });
    const forgetSignal = signal && onAbort(signal, () => giveUp(aborted(signal)));
    try {
      await Promise.race([needed, givenUp]);
    } finally {
      forgetDeadline();
      forgetSignal?.();
    }
    return Math.max(0, deadline - deadlines.after(0));
  }

  /** Sends a call that asks for no reply. */
  beginWithoutReply(options: CallOptions): void {
    const init = callMessage(options, this.#table.nextSerial());
    this.#host.push(this.#host.encode(init), init);
  }

  /** Takes a reply or an error. */
  receive(reply: Message): void {
    const call = this.#table.take(reply);
    if (call === undefined) {
      this.#ignoredReplies++;
      // Its call was given up, or never made: the secrets in it are nobody's, and nobody would wipe them.
      // @rule connection/unclaimed-reply-wiped keywire#secrets-are-bytes
      wipeBytes(reply.body);
    } else if (reply.type === 'error') call.fail(errorFromReply(reply));
    else call.answer(reply);
  }

  /** Ends every call with the same error. */
  failAll(error: Error): void {
    for (const [frame] of this.#held.values()) frame.fill(0);
    this.#held.clear();
    for (const call of this.#table.calls()) call.fail(error);
  }

  /** Who may answer, undefined for anyone; and the name that the call goes to, if it is one. */
  #calleesOf(
    destination: string | undefined,
  ): [callees: Set<string> | undefined, name?: TrackedName] {
    if (!this.#host.isOnBus) return [undefined];
    if (destination === undefined) throw wrongArgument('destination', 'a bus name', destination);
    if (destination === BUS_NAME || isUniqueName(destination)) return [new Set([destination])];
    // @rule connection/owner-before-call keywire#owner-binding
    // Written before the call, so the owner is known by the time its reply can arrive.
    return [new Set(), this.#host.track(destination)];
  }

  #deadlineOf({ timeoutMs, interactive }: CallOptions): number {
    const fallback = interactive ? INTERACTIVE_REPLY_TIMEOUT_MS : this.#host.replyTimeoutMs;
    return this.#host.deadlines.after(atLeast(0, 'timeoutMs', timeoutMs ?? fallback));
  }

  #settled(call: PendingReply, isCounted: boolean): void {
    this.#table.remove(call);
    const held = this.#held.get(call);
    if (held !== undefined) {
      // A call that was never sent is not sent after it has failed; nor is its body kept.
      this.#held.delete(call);
      held[0].fill(0);
    } else if (isCounted) {
      this.#inFlight--;
      this.#sendHeld();
    }
    if (this.#table.size === 0) this.#host.busyChanged();
  }

  #sendHeld(): void {
    for (const [call, [frame, init]] of this.#held) {
      if (this.#inFlight >= this.#host.maxPendingCalls) return;
      // Its turn came too late: it is about to fail, and must not be carried out as well.
      if (call.deadline <= this.#host.deadlines.after(0)) continue;
      this.#held.delete(call);
      this.#inFlight++;
      this.#host.push(frame, init);
    }
  }
}

/**
 * Refuses what has been given up already.
 *
 * @throws {@link ConnectionError} with code `aborted`
 */
function checkNotAborted(signal: AbortSignal | undefined): void {
  checkSignal(signal);
  if (signal?.aborted) throw aborted(signal);
}

function callMessage(options: CallOptions, serial: number): MessageInit {
  let flags = 0;
  if (options.noReply) flags |= MessageFlag.NO_REPLY_EXPECTED;
  if (options.noAutoStart) flags |= MessageFlag.NO_AUTO_START;
  if (options.interactive) flags |= MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION;
  const { destination, path, interface: interfaceName, member, signature, body } = options;
  return {
    type: 'method_call',
    serial,
    flags,
    destination,
    path,
    interface: interfaceName,
    member,
    signature,
    body,
  };
}

function errorFromReply(reply: Message): DBusErrorReply {
  // @rule connection/error-text dbus#message-protocol-types-errors
  // The first argument is a message for people only when it is a string at all.
  const text = reply.signature?.startsWith('s') ? reply.body[0] : undefined;
  return new DBusErrorReply(
    reply.errorName ?? 'org.freedesktop.DBus.Error.Failed',
    typeof text === 'string' ? text : undefined,
    { sender: reply.sender, body: () => reply.body },
  );
}

function aborted(signal: AbortSignal): ConnectionError {
  return new ConnectionError('aborted', 'call: expected a reply, got aborted by its caller', {
    cause: signal.reason,
  });
}

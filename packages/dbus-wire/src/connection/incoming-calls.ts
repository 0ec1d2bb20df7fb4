/**
 * Method calls that others make to us: answered by the handler of their path, by us for the
 * interface every connection has (org.freedesktop.DBus.Peer), or with UnknownMethod; never left
 * without an answer.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-peer
 */

import { type Message, MessageFlag, type MessageInit } from '../codec/message.ts';
import { isErrorName } from '../codec/names.ts';
import { DBusErrorReply, isDBusErrorReply } from '../connection-error.ts';
import type { Outbox } from '../transport/outbox.ts';
import type { ReplyValues } from './connection-options.ts';
import type { ExportedPaths } from './exported-paths.ts';

const PEER_INTERFACE = 'org.freedesktop.DBus.Peer';
const FAILED = 'org.freedesktop.DBus.Error.Failed';
const UNKNOWN_METHOD = 'org.freedesktop.DBus.Error.UnknownMethod';

/** An answer, to which the connection gives its serial. */
export type Answer = Omit<MessageInit, 'serial'>;

/** Tells the id of this machine, if it has one. */
export type MachineIdSource = () => string | undefined | Promise<string | undefined>;

/** Where answers go, and how they leave. */
export interface AnsweringHost {
  readonly outbox: Pick<Outbox, 'queuedBytes' | 'whenDrained' | 'isClosed'>;
  readonly send: (answer: Answer) => void;
  /** Reads nothing more until the result is called; ends the connection if that takes too long. */
  readonly pause: () => () => void;
  readonly machineId: MachineIdSource;
  /** Not imported: in a bundle of one file it would be loaded in another, longer way by all. */
  readonly encode: (message: MessageInit) => Uint8Array;
}

/** With more than this unsent, calls wait: what is sent is not read as fast as they come. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** Calls under way at once; the next ones start one by one, so that unsent answers are noticed. */
const BURST = 64;

/** What may wait; with more of it nothing is read any more. */
const MAX_WAITING_BYTES = 128 * 1024 * 1024;

/** What a decoded call takes beside what its bytes do. */
const CALL_BYTES = 1024;

/** Answers the calls that reach us. */
export class IncomingCalls {
  readonly #exported: ExportedPaths;
  readonly #host: AnsweringHost;
  /** Calls that wait until our answers are read, in order, and about what each takes. */
  readonly #waiting = new Map<Message, number>();
  #waitingBytes = 0;
  #underWay = 0;
  #resume: (() => void) | undefined;

  constructor(exported: ExportedPaths, host: AnsweringHost) {
    this.#exported = exported;
    this.#host = host;
  }

  /** Takes one call; never throws, whatever a handler does. */
  receive(call: Message): void {
    // @rule connection/unread-answers-bounded keywire#resource-limits
    // Replies and signals are read on: two who call each other without end both go on.
    const isFree = this.#waiting.size === 0 && this.#underWay < BURST;
    if (isFree && this.#host.outbox.queuedBytes <= MAX_UNSENT_BYTES) this.#takeUp(call);
    else this.#wait(call);
  }

  #wait(call: Message): void {
    const frame = this.#host.encode(call);
    const bytes = frame.fill(0).length + CALL_BYTES;
    this.#waiting.set(call, bytes);
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#resume ??= this.#host.pause();
    if (this.#waiting.size === 1) void this.#takeUpWaiting();
  }

  async #takeUpWaiting(): Promise<void> {
    for (const [call, bytes] of this.#waiting) {
      await this.#host.outbox.whenDrained();
      this.#waiting.delete(call);
      this.#waitingBytes -= bytes;
      // Nobody is there to be answered.
      if (this.#host.outbox.isClosed) continue;
      this.#takeUp(call);
      if (this.#waitingBytes > MAX_WAITING_BYTES) continue;
      this.#resume?.();
      this.#resume = undefined;
    }
  }

  #takeUp(call: Message): void {
    this.#underWay++;
    this.#carryOut(call)
      .then((values) => this.#answer(call, { type: 'method_return', ...values }))
      .catch((error: unknown) => this.#fail(call, error))
      .finally(() => this.#underWay--);
  }

  /** The handler starts in this turn, so that calls are taken up in the order they came in. */
  async #carryOut(call: Message): Promise<ReplyValues | undefined> {
    if (call.interface === PEER_INTERFACE) return this.#carryOutPeer(call);
    const handler = call.path === undefined ? undefined : this.#exported.handlerOf(call.path);
    if (handler === undefined) throw unknownMethod(call);
    return await handler.handleCall(call);
  }

  async #carryOutPeer(call: Message): Promise<ReplyValues> {
    // @rule connection/peer-interface dbus#standard-interfaces-peer
    const method = call.signature ? undefined : call.member;
    if (method === 'Ping') return {};
    if (method !== 'GetMachineId') throw unknownMethod(call);
    const machineId = await this.#host.machineId();
    if (machineId === undefined) throw new DBusErrorReply(FAILED, 'no machine id');
    return { signature: 's', body: [machineId] };
  }

  #fail(call: Message, error: unknown): void {
    // What went wrong inside a handler is nobody else's business: only chosen errors get out.
    let errorName = FAILED;
    let text = 'the call could not be carried out';
    if (isDBusErrorReply(error) && isErrorName(error.errorName)) {
      ({ errorName } = error);
      const prefix = `${errorName}: `;
      text = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : '';
    }
    try {
      this.#answer(call, { type: 'error', errorName, signature: 's', body: [text] });
    } catch {
      // A text that no message can carry (a lone surrogate, a NUL): the caller is answered all the same.
      this.#answer(call, { type: 'error', errorName });
    }
  }

  #answer(call: Message, answer: Answer): void {
    // @rule connection/no-reply-expected dbus#message-protocol-messages
    if ((call.flags & MessageFlag.NO_REPLY_EXPECTED) !== 0) return;
    this.#host.send({
      ...answer,
      flags: MessageFlag.NO_REPLY_EXPECTED,
      replySerial: call.serial,
      destination: call.sender,
    });
  }
}

function unknownMethod(call: Message): DBusErrorReply {
  // @rule connection/unknown-method dbus#message-protocol-types-method
  const name = [call.interface, call.member].filter((part) => part !== undefined).join('.');
  return new DBusErrorReply(UNKNOWN_METHOD, `no method ${name} at ${call.path}`);
}

/**
 * Method calls that others make to us: answered by the handler of their path, by us for the
 * interface every connection has (org.freedesktop.DBus.Peer), or with UnknownMethod; never left
 * without an answer.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-peer
 */

import { type Message, MessageFlag, type MessageInit } from '../codec/message.ts';
import { isErrorName } from '../codec/names.ts';
import { DBusErrorReply, isDBusErrorReply } from '../connection-error.ts';
import type { CallHandler, ReplyValues } from './connection-options.ts';
import type { ExportedPaths } from './exported-paths.ts';
import { isAtOrBelow } from './match-evaluation.ts';

const PEER_INTERFACE = 'org.freedesktop.DBus.Peer';
const FAILED = 'org.freedesktop.DBus.Error.Failed';
const UNKNOWN_METHOD = 'org.freedesktop.DBus.Error.UnknownMethod';

/** An answer, to which the connection gives its serial. */
export type Answer = Omit<MessageInit, 'serial'>;

/** Tells the id of this machine, if it has one. */
export type MachineIdSource = () => string | undefined | Promise<string | undefined>;

/** Answers the calls that reach us. */
export class IncomingCalls {
  readonly #exported: ExportedPaths;
  readonly #send: (answer: Answer) => void;
  readonly #machineId: MachineIdSource;

  constructor(exported: ExportedPaths, send: (answer: Answer) => void, machineId: MachineIdSource) {
    this.#exported = exported;
    this.#send = send;
    this.#machineId = machineId;
  }

  /** Takes one call; never throws, whatever a handler does. */
  receive(call: Message): void {
    this.#carryOut(call)
      .then((values) => this.#answer(call, { type: 'method_return', ...values }))
      .catch((error: unknown) => this.#fail(call, error));
  }

  /** The handler starts in this turn, so that calls are taken up in the order they came in. */
  async #carryOut(call: Message): Promise<ReplyValues | undefined> {
    if (call.interface === PEER_INTERFACE) return this.#carryOutPeer(call);
    const handler = call.path === undefined ? undefined : this.#handlerOf(call.path);
    if (handler === undefined) throw unknownMethod(call);
    return await handler.handleCall(call);
  }

  async #carryOutPeer(call: Message): Promise<ReplyValues> {
    // @rule connection/peer-interface dbus#standard-interfaces-peer
    const method = call.signature ? undefined : call.member;
    if (method === 'Ping') return {};
    if (method !== 'GetMachineId') throw unknownMethod(call);
    const machineId = await this.#machineId();
    if (machineId === undefined) throw new DBusErrorReply(FAILED, 'no machine id');
    return { signature: 's', body: [machineId] };
  }

  /** The handler of a path, its own or the nearest subtree's. */
  #handlerOf(path: string): CallHandler | undefined {
    const { own, subtrees } = this.#exported;
    // Over our few subtrees and not up the path, whose length and depth the caller chooses.
    let nearest = '';
    for (const root of subtrees.keys()) {
      if (root.length > nearest.length && isAtOrBelow(path, root)) nearest = root;
    }
    return own.get(path) ?? subtrees.get(nearest);
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
    this.#send({
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

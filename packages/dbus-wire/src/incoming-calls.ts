/**
 * Method calls that others make to us: answered by the handler of their path, by us for the
 * interface every connection has (org.freedesktop.DBus.Peer), or with UnknownMethod; never left
 * without an answer.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-peer
 */

import { DBusErrorReply, isDBusErrorReply } from './connection-error.ts';
import type { CallHandler, ReplyValues } from './connection-options.ts';
import type { ExportedPaths } from './exported-paths.ts';
import { type Message, MessageFlag, type MessageInit } from './message.ts';
import { isErrorName } from './names.ts';

const PEER_INTERFACE = 'org.freedesktop.DBus.Peer';
const FAILED = 'org.freedesktop.DBus.Error.Failed';
const UNKNOWN_METHOD = 'org.freedesktop.DBus.Error.UnknownMethod';

/** An answer, to which the connection gives its serial. */
export type Answer = Omit<MessageInit, 'serial'>;

/** Answers the calls that reach us. */
export class IncomingCalls {
  readonly #exported: ExportedPaths;
  readonly #send: (answer: Answer) => void;
  readonly #machineId: () => string | undefined;

  constructor(
    exported: ExportedPaths,
    send: (answer: Answer) => void,
    machineId: () => string | undefined,
  ) {
    this.#exported = exported;
    this.#send = send;
    this.#machineId = machineId;
  }

  /** Takes one call; never throws, whatever a handler does. */
  receive(call: Message): void {
    if (call.interface === PEER_INTERFACE) {
      this.#answerPeer(call);
      return;
    }
    const handler = call.path === undefined ? undefined : this.#exported.handlerOf(call.path);
    if (handler === undefined) {
      this.#refuseUnknown(call);
      return;
    }
    // The handler starts in this turn, so that calls are taken up in the order they came in.
    let answer: ReturnType<CallHandler['handleCall']>;
    try {
      answer = handler.handleCall(call);
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    Promise.resolve(answer)
      .then((values) => this.#reply(call, values ?? {}))
      .catch((error: unknown) => this.#fail(call, error));
  }

  #answerPeer(call: Message): void {
    // @rule connection/peer-interface dbus#standard-interfaces-peer
    const hasArguments = (call.signature ?? '') !== '';
    const machineId = call.member === 'GetMachineId' ? this.#machineId() : undefined;
    if (call.member === 'Ping' && !hasArguments) this.#reply(call, {});
    else if (call.member !== 'GetMachineId' || hasArguments) this.#refuseUnknown(call);
    else if (machineId === undefined) this.#fail(call, new DBusErrorReply(FAILED, 'no machine id'));
    else this.#reply(call, { signature: 's', body: [machineId] });
  }

  #refuseUnknown(call: Message): void {
    // @rule connection/unknown-method dbus#message-protocol-types-method
    const name = [call.interface, call.member].filter((part) => part !== undefined).join('.');
    const text = `no method ${name} at ${call.path}`;
    this.#fail(call, new DBusErrorReply(UNKNOWN_METHOD, text));
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

  #reply(call: Message, values: ReplyValues): void {
    this.#answer(call, { type: 'method_return', ...values });
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

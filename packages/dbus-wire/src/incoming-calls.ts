/**
 * Method calls that others make to us: answered by the handler of their path, by us for the
 * interface every connection has (org.freedesktop.DBus.Peer), or with UnknownMethod; never left
 * without an answer.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-peer
 */

import { DBusErrorReply, isDBusErrorReply } from './connection-error.ts';
import type { CallHandler, ExportOptions, ReplyValues } from './connection-options.ts';
import type { Message } from './message.ts';
import { isErrorName, isObjectPath } from './names.ts';

/** Sends what a call is answered with. */
export interface ReplySender {
  sendReply(call: Message, values: ReplyValues): void;
  sendError(call: Message, errorName: string, text: string): void;
}

/** NO_REPLY_EXPECTED among a message's flags. */
const NO_REPLY_EXPECTED = 1;

const PEER_INTERFACE = 'org.freedesktop.DBus.Peer';
const FAILED = 'org.freedesktop.DBus.Error.Failed';
const UNKNOWN_METHOD = 'org.freedesktop.DBus.Error.UnknownMethod';

/** The calls that reach us, and who answers them. */
export class IncomingCalls {
  readonly #handlers = new Map<string, CallHandler>();
  /** Handlers of a path and everything below it that has no handler of its own. */
  readonly #subtrees = new Map<string, CallHandler>();
  readonly #sender: ReplySender;
  readonly #machineId: () => string | undefined;

  constructor(sender: ReplySender, machineId: () => string | undefined) {
    this.#sender = sender;
    this.#machineId = machineId;
  }

  /** The paths that have a handler. */
  paths(): IterableIterator<string> {
    return this.#handlers.keys();
  }

  /**
   * Lets a handler answer the calls to one path, or to a whole subtree where no other handler is
   * nearer; the result takes it away again.
   *
   * @throws TypeError when the path is not an object path, or has a handler already
   */
  export(path: string, handler: CallHandler, { subtree = false }: ExportOptions = {}): () => void {
    const handlers = subtree ? this.#subtrees : this.#handlers;
    if (!isObjectPath(path)) throw new TypeError('path: expected an object path');
    if (handlers.has(path)) throw new TypeError(`path: ${path} has a handler already`);
    handlers.set(path, handler);
    return () => {
      if (handlers.get(path) === handler) handlers.delete(path);
    };
  }

  /** Takes one call; never throws, whatever a handler does. */
  receive(call: Message): void {
    if (call.interface === PEER_INTERFACE) {
      this.#answerPeer(call);
      return;
    }
    const handler = call.path === undefined ? undefined : this.#handlerOf(call.path);
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

  #handlerOf(path: string): CallHandler | undefined {
    const own = this.#handlers.get(path);
    if (own !== undefined) return own;
    // Over our few subtrees and not up the path, whose length and depth the caller chooses.
    let nearest = '';
    for (const root of this.#subtrees.keys()) {
      if (root.length > nearest.length && isAtOrBelow(path, root)) nearest = root;
    }
    return this.#subtrees.get(nearest);
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

  #reply(call: Message, values: ReplyValues): void {
    // @rule connection/no-reply-expected dbus#message-protocol-messages
    if ((call.flags & NO_REPLY_EXPECTED) === 0) this.#sender.sendReply(call, values);
  }

  #fail(call: Message, error: unknown): void {
    if ((call.flags & NO_REPLY_EXPECTED) !== 0) return;
    // What went wrong inside a handler is nobody else's business: only chosen errors get out.
    if (isDBusErrorReply(error) && isErrorName(error.errorName)) {
      const prefix = `${error.errorName}: `;
      const text = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : '';
      this.#sender.sendError(call, error.errorName, text);
    } else {
      this.#sender.sendError(call, FAILED, 'the call could not be carried out');
    }
  }
}

function isAtOrBelow(path: string, root: string): boolean {
  if (!path.startsWith(root)) return false;
  return root === '/' || path.length === root.length || path[root.length] === '/';
}

/**
 * The embedded message bus without its sockets: names, routing, match rules, signals. It is fed
 * validated messages of clients and hands bytes to their links.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus
 *
 * Every message leaves with the sender that the bus knows, whatever the client wrote. There is no
 * policy beyond that: access is the folder that the socket lies in.
 */
import { encodeMessage, isWireError, type Message, MessageFlag } from '@keywire/dbus-wire';
import { canHoldSecret } from '@keywire/dbus-wire/server';
import { findDriverMethod } from './driver/methods.ts';
import { Hub, type HubOptions } from './hub/hub.ts';
import { type Link, Peer } from './hub/peer.ts';
import { DriverError, noOwner, unknownService } from './messages/driver-error.ts';
import { BUS_INTERFACE, BUS_NAME } from './messages/names.ts';
import { isForTheBus, isReply, matchable } from './messages/routing.ts';
import { wipeSecrets } from './messages/secret-bytes.ts';

/** With so much left to read for one client, the bus stops reading from those who call it. */
const HOLD_BYTES = 1024 * 1024;

export class Bus {
  readonly hub: Hub;

  constructor(options: HubOptions) {
    this.hub = new Hub(options);
  }

  /** Takes in an authenticated connection; it gets a name with its Hello. */
  attach(link: Link): Peer {
    return new Peer(link);
  }

  /** Handles one validated message of a client, which is wiped where it can hold a secret. */
  receive(peer: Peer, message: Message): void {
    try {
      this.#handle(peer, message);
    } finally {
      wipeSecrets(message);
    }
  }

  #handle(peer: Peer, message: Message): void {
    // A monitor that sends is cut off, as is one that speaks before Hello.
    // @rule bus/monitor-must-not-send dbus#bus-messages-become-monitor
    if (peer.isMonitor) {
      peer.link.close();
      return;
    }
    if (peer.uniqueName === '') {
      this.#hello(peer, message);
      return;
    }
    if (message.type === 'unknown') return;
    if (message.destination === BUS_NAME || isForTheBus(message)) {
      this.#drive(peer, message);
      return;
    }
    this.#route(peer, message);
  }

  /** Forgets a client whose connection ended. */
  detach(peer: Peer): void {
    this.hub.remove(peer);
  }

  // @rule bus/hello-first dbus#bus-messages-hello
  #hello(peer: Peer, message: Message): void {
    const isHello =
      message.type === 'method_call' &&
      message.destination === BUS_NAME &&
      (message.interface ?? BUS_INTERFACE) === BUS_INTERFACE &&
      message.member === 'Hello' &&
      message.signature === '';
    if (!isHello) {
      peer.link.close();
      return;
    }
    this.hub.add(peer);
    // Who joins is seen to ask for it, by the name that it gets.
    // @rule bus/monitor-sees-hello dbus#bus-messages-become-monitor
    this.#show(peer, message);
    this.hub.reply(peer, message, 's', [peer.uniqueName]);
    this.hub.announce({ name: peer.uniqueName, oldOwner: '', newOwner: peer.uniqueName });
  }

  #drive(peer: Peer, message: Message): void {
    if (!this.#show(peer, message) || message.type !== 'method_call') return;
    try {
      const method = findDriverMethod(message);
      const result = method.run(this.hub, peer, message.body, message);
      if (result !== 'later') this.hub.reply(peer, message, method.out, result);
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      this.hub.replyError(peer, message, error);
    }
  }

  /** Shows monitors what is for the bus; false, and answered, where nobody could be shown it. */
  #show(peer: Peer, message: Message): boolean {
    if (!this.hub.isObserved) return true;
    const bytes = this.#stamp(peer, message);
    if (bytes === undefined) return false;
    this.hub.observe(matchable(message, peer.uniqueName), bytes);
    return true;
  }

  #route(peer: Peer, message: Message): void {
    const bytes = this.#stamp(peer, message);
    if (bytes === undefined) return;
    const seen = matchable(message, peer.uniqueName);
    this.hub.observe(seen, bytes);
    if (message.destination !== undefined) {
      const isTaken = this.#unicast(peer, message, message.destination, bytes);
      if (!isTaken) this.#discard(message, bytes);
      // @rule bus/broadcast-by-rules dbus#message-bus-routing-match-rules
    } else if (message.type === 'signal') this.hub.broadcast(seen, bytes);
  }

  /** Wipes what reaches nobody; a monitor may still have it to read. */
  // @rule bus/wipes-what-it-refuses keywire#embedded-bus-access
  #discard({ signature }: Message, bytes: Uint8Array): void {
    if (canHoldSecret(signature) && !this.hub.isObserved) bytes.fill(0);
  }

  /** The message with the sender that the bus knows; undefined, and answered, if that is too long. */
  // @rule bus/too-long-with-sender dbus#message-protocol-messages
  #stamp(peer: Peer, message: Message): Uint8Array | undefined {
    try {
      return encodeMessage({ ...message, sender: peer.uniqueName });
    } catch (error) {
      if (!isWireError(error)) throw error;
      const refusal = new DriverError(
        'LimitsExceeded',
        'expected a message that is not too long with its sender in it',
      );
      const { destination, replySerial } = message;
      if (destination === undefined || replySerial === undefined || !isReply(message)) {
        this.hub.replyError(peer, message, refusal);
      } else if (this.hub.pending.settle(destination, replySerial, peer.uniqueName)) {
        this.hub.failCall(destination, replySerial, refusal);
      }
      return undefined;
    }
  }

  /** Whether somebody has the bytes now, or waits for a service that is to get them. */
  #unicast(peer: Peer, message: Message, destination: string, bytes: Uint8Array): boolean {
    if (message.replySerial !== undefined && isReply(message)) {
      // @rule bus/unrequested-reply dbus#message-bus-routing
      if (!this.hub.pending.settle(destination, message.replySerial, peer.uniqueName)) return false;
    }
    const receiver = this.hub.peerAt(destination);
    if (receiver !== undefined) return this.#deliver(peer, message, receiver, bytes);
    if (message.type !== 'method_call') return false;
    // @rule bus/no-auto-start dbus#message-protocol-messages
    const mayStart = (message.flags & MessageFlag.NO_AUTO_START) === 0;
    if (!mayStart || !this.hub.isActivatable(destination)) {
      const error = mayStart ? unknownService(destination) : noOwner(destination);
      this.hub.replyError(peer, message, error);
      return false;
    }
    const discard = (): void => this.#discard(message, bytes);
    const deliver = (): void => {
      const owner = this.hub.peerAt(destination);
      // Who has left meanwhile waits for no answer, and cannot be asked who it was.
      // @rule bus/waiting-calls-of-leavers keywire#embedded-bus-limits
      const isWanted = owner !== undefined && this.hub.isPresent(peer);
      if (!isWanted || !this.#deliver(peer, message, owner, bytes)) discard();
    };
    this.hub.startService(destination, peer, message, deliver, discard);
    return true;
  }

  /** False, and answered, when the receiver does not get it. */
  #deliver(peer: Peer, message: Message, receiver: Peer, bytes: Uint8Array): boolean {
    const isCall = message.type === 'method_call';
    const wantsReply = isCall && (message.flags & MessageFlag.NO_REPLY_EXPECTED) === 0;
    const refusal =
      this.#refusalFor(message, receiver) ??
      (wantsReply ? this.#waitingRefusal(peer, message) : undefined);
    if (refusal !== undefined) {
      this.hub.replyError(peer, message, refusal);
      return false;
    }
    if (wantsReply) this.hub.pending.add(peer.uniqueName, message.serial, receiver.uniqueName);
    // What a monitor sees as well is not this receiver's alone.
    this.hub.send(receiver, bytes, canHoldSecret(message.signature) && !this.hub.isObserved);
    // Replies and signals hold nobody: a client that does not read must not stop a service.
    // @rule bus/callers-wait-for-the-called keywire#embedded-bus-limits
    const isBehind = receiver.link.queuedBytes > HOLD_BYTES;
    if (isCall && isBehind && receiver !== peer) receiver.link.hold(peer.link);
    return true;
  }

  /** Nobody is cut off for what others send without being asked. */
  // @rule bus/full-queue-refuses keywire#embedded-bus-limits
  #refusalFor(message: Message, receiver: Peer): DriverError | undefined {
    if (isReply(message) || !this.hub.isFull(receiver)) return undefined;
    const text = `${receiver.uniqueName} has too much left to read`;
    return new DriverError('LimitsExceeded', text);
  }

  /** Why no answer of this call can be waited for. */
  #waitingRefusal({ uniqueName }: Peer, { serial }: Message): DriverError | undefined {
    const { pending, limits } = this.hub;
    // @rule bus/pending-reply-limit dbus#message-bus-routing
    const most = limits.maxPendingRepliesPerConnection;
    if (pending.countOf(uniqueName) >= most) {
      return new DriverError('LimitsExceeded', `expected at most ${most} unanswered calls`);
    }
    // Which of two calls an answer is for, nobody could tell.
    // @rule bus/serial-in-use dbus#message-protocol-header-fields
    if (!pending.has(uniqueName, serial)) return undefined;
    const text = 'expected a serial that no unanswered call of this connection has';
    return new DriverError('AccessDenied', text);
  }
}

/**
 * The embedded message bus without its sockets: names, routing, match rules, signals. It is fed
 * validated messages of clients and hands bytes to their links.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus
 *
 * Every message leaves with the sender that the bus knows, whatever the client wrote. There is no
 * policy beyond that: access is the folder that the socket lies in.
 */
import {
  encodeMessage,
  isWireError,
  type MatchableMessage,
  type MatchRule,
  type Message,
  MessageFlag,
  type OwnsName,
} from '@keywire/dbus-wire';
import { type Activation, Activations } from './activations.ts';
import { findDriverMethod } from './driver.ts';
import { DriverError, unknownService } from './driver-error.ts';
import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from './driver-names.ts';
import type { BusLimits } from './limits.ts';
import { NameRegistry, type OwnerChange } from './name-registry.ts';
import { type Link, Peer } from './peer.ts';
import { PendingReplies } from './pending-replies.ts';
import { errorReply, isForTheBus, isReply, matchable, type OwnMessage } from './routing.ts';
import { canHoldSecret, wipeBytes } from './secret-bytes.ts';

/** With so much left to read for one client, the bus stops reading from those who call it. */
const HOLD_BYTES = 1024 * 1024;

export interface BusOptions {
  /** The bus's id, 32 hexadecimal digits, as GetId and the address give it. */
  readonly id: string;
  /** The machine's id, 32 hexadecimal digits. */
  readonly machineId: string;
  /** The user whose bus this is. */
  readonly userId: number;
  readonly limits: BusLimits;
  /** Names the bus can bring up, and how. */
  readonly activation: Activation;
}

export class Bus {
  readonly id: string;
  readonly machineId: string;
  readonly userId: number;
  readonly limits: BusLimits;
  readonly registry: NameRegistry = new NameRegistry();
  readonly #peers = new Map<string, Peer>();
  readonly #monitors = new Set<Peer>();
  readonly #pending = new PendingReplies();
  readonly #activations: Activations;
  readonly #owns: OwnsName = (unique, name) => this.registry.ownerOf(name) === unique;
  #lastPeer = 0;
  #serial = 0;

  constructor({ id, machineId, userId, limits, activation }: BusOptions) {
    this.id = id;
    this.machineId = machineId;
    this.userId = userId;
    this.limits = limits;
    this.#activations = new Activations(activation, limits.maxPendingRepliesPerConnection);
  }

  /** Takes in an authenticated connection; it gets a name with its Hello. */
  attach(link: Link): Peer {
    return new Peer(link);
  }

  /** Handles one validated message of a client. */
  receive(peer: Peer, message: Message): void {
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
    this.#monitors.delete(peer);
    const { uniqueName } = peer;
    if (uniqueName === '' || this.#peers.get(uniqueName) !== peer) return;
    this.#peers.delete(uniqueName);
    peer.clearRules();
    this.#leave(uniqueName);
  }

  hasOwner(name: string): boolean {
    return this.#ownerOf(name) !== undefined;
  }

  /** The unique name behind `name`; throws NameHasNoOwner. */
  requireOwner(name: string): string {
    const owner = this.#ownerOf(name);
    if (owner === undefined) {
      throw new DriverError('NameHasNoOwner', `the name ${name} has no owner`);
    }
    return owner;
  }

  uniqueNames(): string[] {
    return [...this.#peers.keys()];
  }

  activatableNames(): string[] {
    return this.#activations.names();
  }

  /** Tells everyone who asked, and the two concerned, about a new primary owner. */
  announce({ name, oldOwner, newOwner }: OwnerChange): void {
    const lost = this.#peers.get(oldOwner);
    if (lost !== undefined) this.#signal('NameLost', 's', [name], lost);
    this.#signal('NameOwnerChanged', 'sss', [name, oldOwner, newOwner]);
    const acquired = this.#peers.get(newOwner);
    if (acquired !== undefined) this.#signal('NameAcquired', 's', [name], acquired);
    if (newOwner !== '') this.#activations.ready(name);
  }

  reply(peer: Peer, call: Message, signature: string, body: readonly unknown[]): void {
    if ((call.flags & MessageFlag.NO_REPLY_EXPECTED) !== 0) return;
    this.#sendOwn(peer, { type: 'method_return', replySerial: call.serial, signature, body });
  }

  replyError(peer: Peer, call: Message, error: DriverError): void {
    if (call.type !== 'method_call') return;
    if ((call.flags & MessageFlag.NO_REPLY_EXPECTED) !== 0) return;
    this.#sendOwn(peer, errorReply(call.serial, error));
  }

  /** Brings up `name` and runs `whenOwned`, or answers the call with why it could not. */
  startService(name: string, peer: Peer, call: Message, whenOwned: () => void): void {
    this.#activations.start(name, {
      owned: whenOwned,
      failed: (error) => this.replyError(peer, call, error),
    });
  }

  /** Turns a connection into a monitor: it loses its names and sees what its rules select. */
  becomeMonitor(peer: Peer, rules: readonly MatchRule[]): void {
    const { uniqueName } = peer;
    // The reply may have found its queue full.
    if (this.#peers.get(uniqueName) !== peer) return;
    peer.clearRules();
    // It hears of every name it loses, its unique one last: busctl waits for that one.
    // @rule bus/monitor-loses-names dbus#bus-messages-become-monitor
    this.#leave(uniqueName);
    this.#peers.delete(uniqueName);
    for (const rule of rules) peer.addRule(rule);
    peer.isMonitor = true;
    this.#monitors.add(peer);
  }

  #ownerOf(name: string): string | undefined {
    if (name === BUS_NAME) return BUS_NAME;
    return this.#peers.has(name) ? name : this.registry.ownerOf(name);
  }

  // @rule bus/hello-first dbus#bus-messages-hello
  #hello(peer: Peer, message: Message): void {
    const isHello =
      message.type === 'method_call' &&
      message.destination === BUS_NAME &&
      message.interface === BUS_INTERFACE &&
      message.member === 'Hello' &&
      message.signature === '';
    if (!isHello) {
      peer.link.close();
      return;
    }
    this.#lastPeer += 1;
    peer.uniqueName = `:1.${this.#lastPeer}`;
    this.#peers.set(peer.uniqueName, peer);
    this.reply(peer, message, 's', [peer.uniqueName]);
    this.announce({ name: peer.uniqueName, oldOwner: '', newOwner: peer.uniqueName });
  }

  #drive(peer: Peer, message: Message): void {
    if (this.#monitors.size > 0) {
      const bytes = this.#stamp(peer, message);
      if (bytes === undefined) return;
      this.#observe(matchable(message, peer.uniqueName), bytes);
    }
    if (message.type !== 'method_call') return;
    try {
      const method = findDriverMethod(message);
      const result = method.run(this, peer, message.body, message);
      if (result !== 'later') this.reply(peer, message, method.out, result);
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      this.replyError(peer, message, error);
    }
  }

  #route(peer: Peer, message: Message): void {
    const bytes = this.#stamp(peer, message);
    if (bytes === undefined) return;
    this.#observe(matchable(message, peer.uniqueName), bytes);
    if (message.destination === undefined) this.#broadcast(message, peer.uniqueName, bytes);
    else this.#unicast(peer, message, message.destination, bytes);
    // @rule bus/wipes-what-it-forwards keywire#embedded-bus-access
    if (canHoldSecret(message.signature)) wipeBytes(message.body);
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
        this.replyError(peer, message, refusal);
      } else if (this.#pending.settle(destination, replySerial, peer.uniqueName)) {
        this.#failCall(destination, replySerial, refusal);
      }
      return undefined;
    }
  }

  #unicast(peer: Peer, message: Message, destination: string, bytes: Uint8Array): void {
    if (message.replySerial !== undefined && isReply(message)) {
      // @rule bus/unrequested-reply dbus#message-bus-routing
      if (!this.#pending.settle(destination, message.replySerial, peer.uniqueName)) return;
    }
    const target = this.#ownerOf(destination);
    const receiver = target === undefined ? undefined : this.#peers.get(target);
    if (receiver !== undefined) {
      this.#deliver(peer, message, receiver, bytes);
      return;
    }
    if (message.type !== 'method_call') return;
    if ((message.flags & MessageFlag.NO_AUTO_START) !== 0 || !this.#activations.has(destination)) {
      this.replyError(peer, message, unknownService(destination));
      return;
    }
    this.startService(destination, peer, message, () => {
      const owner = this.#peers.get(this.#ownerOf(destination) ?? '');
      if (owner !== undefined) this.#deliver(peer, message, owner, bytes);
    });
  }

  #deliver(peer: Peer, message: Message, receiver: Peer, bytes: Uint8Array): void {
    // Nobody is cut off for what others send without being asked.
    // @rule bus/full-queue-refuses keywire#embedded-bus-limits
    if (!isReply(message) && this.#isFull(receiver)) {
      const text = `${receiver.uniqueName} has too much left to read`;
      this.replyError(peer, message, new DriverError('LimitsExceeded', text));
      return;
    }
    const isCall = message.type === 'method_call';
    if (isCall && (message.flags & MessageFlag.NO_REPLY_EXPECTED) === 0) {
      // @rule bus/pending-reply-limit dbus#message-bus-routing
      if (this.#pending.countOf(peer.uniqueName) >= this.limits.maxPendingRepliesPerConnection) {
        const most = this.limits.maxPendingRepliesPerConnection;
        const text = `expected at most ${most} unanswered calls`;
        this.replyError(peer, message, new DriverError('LimitsExceeded', text));
        return;
      }
      this.#pending.add(peer.uniqueName, message.serial, receiver.uniqueName);
    }
    // What a monitor sees as well is not this receiver's alone.
    this.#send(receiver, bytes, canHoldSecret(message.signature) && this.#monitors.size === 0);
    // Replies and signals hold nobody: a client that does not read must not stop a service.
    // @rule bus/callers-wait-for-the-called keywire#embedded-bus-limits
    const isBehind = receiver.link.queuedBytes > HOLD_BYTES;
    if (isCall && isBehind && receiver !== peer) receiver.link.hold(peer.link);
  }

  // @rule bus/broadcast-by-rules dbus#message-bus-routing-match-rules
  #broadcast(message: Message, sender: string, bytes: Uint8Array): void {
    if (message.type !== 'signal') return;
    const seen = matchable(message, sender);
    for (const peer of this.#peers.values()) {
      if (peer.wants(seen, this.#owns)) this.#send(peer, bytes);
    }
  }

  /** A connection is gone: its names fall free, and who waits for its answers learns it. */
  #leave(uniqueName: string): void {
    for (const change of this.registry.releaseAll(uniqueName)) this.announce(change);
    this.announce({ name: uniqueName, oldOwner: uniqueName, newOwner: '' });
    const noReply = new DriverError('NoReply', 'the callee disconnected before it answered');
    for (const { caller, serial } of this.#pending.forget(uniqueName)) {
      this.#failCall(caller, serial, noReply);
    }
  }

  #failCall(caller: string, serial: number, error: DriverError): void {
    const peer = this.#peers.get(caller);
    if (peer !== undefined) this.#sendOwn(peer, errorReply(serial, error));
  }

  #signal(member: string, signature: string, body: readonly unknown[], only?: Peer): void {
    const init: OwnMessage = {
      type: 'signal',
      path: BUS_PATH,
      interface: BUS_INTERFACE,
      member,
      signature,
      body,
    };
    if (only !== undefined) {
      this.#sendOwn(only, init);
      return;
    }
    const message = { ...init, sender: BUS_NAME, serial: this.#nextSerial() };
    const bytes = encodeMessage(message);
    this.#observe(message, bytes);
    for (const peer of this.#peers.values()) {
      if (peer.wants(message, this.#owns)) this.#send(peer, bytes);
    }
  }

  #sendOwn(peer: Peer, init: OwnMessage): void {
    const message = {
      ...init,
      flags: (init.flags ?? 0) | MessageFlag.NO_REPLY_EXPECTED,
      serial: this.#nextSerial(),
      sender: BUS_NAME,
      destination: peer.uniqueName,
    };
    const bytes = encodeMessage(message);
    this.#observe(message, bytes);
    this.#send(peer, bytes);
  }

  #observe(message: MatchableMessage, bytes: Uint8Array): void {
    for (const monitor of this.#monitors) {
      if (monitor.ruleCount === 0 || monitor.wants(message, this.#owns)) this.#send(monitor, bytes);
    }
  }

  /** @param isLast whether nobody else gets these bytes, so that they are wiped once they have left */
  #send(peer: Peer, bytes: Uint8Array, isLast = false): void {
    // Someone who does not read is cut off; the bus does not buffer without end.
    // @rule bus/slow-reader keywire#embedded-bus-limits
    if (this.#isFull(peer)) peer.link.close();
    else peer.link.send(bytes, isLast);
  }

  #isFull(peer: Peer): boolean {
    return peer.link.queuedBytes >= this.limits.maxQueuedBytes;
  }

  #nextSerial(): number {
    this.#serial = this.#serial === 0xffffffff ? 1 : this.#serial + 1;
    return this.#serial;
  }
}

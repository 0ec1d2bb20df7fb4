/**
 * Who is on the bus, under which names, and how what is for them gets to them. It acts when it is
 * told to; what clients say is understood by the bus and its driver.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus
 */
import {
  encodeMessage,
  type MatchableMessage,
  type MatchRule,
  type Message,
  MessageFlag,
  type OwnsName,
} from '@keywire/dbus-wire';
import type { BusLimits } from '../limits.ts';
import { DriverError, noOwner } from '../messages/driver-error.ts';
import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from '../messages/names.ts';
import { errorReply, type OwnMessage } from '../messages/routing.ts';
import { type Activation, Activations } from './activations.ts';
import { NameRegistry, type OwnerChange } from './name-registry.ts';
import type { Peer } from './peer.ts';
import { PendingReplies } from './pending-replies.ts';

export interface HubOptions {
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

export class Hub {
  readonly id: string;
  readonly machineId: string;
  readonly userId: number;
  readonly limits: BusLimits;
  readonly registry: NameRegistry = new NameRegistry();
  readonly pending: PendingReplies = new PendingReplies();
  readonly #peers = new Map<string, Peer>();
  readonly #monitors = new Set<Peer>();
  /** Those who are being cut off. */
  readonly #behind = new Set<Peer>();
  readonly #activations: Activations;
  readonly #owns: OwnsName = (unique, name) => this.registry.ownerOf(name) === unique;
  #lastPeer = 0;
  #serial = 0;

  constructor({ id, machineId, userId, limits, activation }: HubOptions) {
    this.id = id;
    this.machineId = machineId;
    this.userId = userId;
    this.limits = limits;
    this.#activations = new Activations(activation, limits.maxPendingRepliesPerConnection);
  }

  /** Gives a client its unique name; nobody is told yet. */
  add(peer: Peer): void {
    this.#lastPeer += 1;
    peer.uniqueName = `:1.${this.#lastPeer}`;
    this.#peers.set(peer.uniqueName, peer);
  }

  /** Forgets a client whose connection ended. */
  remove(peer: Peer): void {
    this.#monitors.delete(peer);
    const { uniqueName } = peer;
    if (!this.isPresent(peer)) return;
    this.#peers.delete(uniqueName);
    peer.clearRules();
    this.#leave(uniqueName);
  }

  /** The client behind a name; undefined where there is none, and for the bus itself. */
  peerAt(name: string): Peer | undefined {
    return this.#peers.get(this.#ownerOf(name) ?? '');
  }

  hasOwner(name: string): boolean {
    return this.#ownerOf(name) !== undefined;
  }

  /** The unique name behind `name`; throws NameHasNoOwner. */
  requireOwner(name: string): string {
    const owner = this.#ownerOf(name);
    if (owner === undefined) throw noOwner(name);
    return owner;
  }

  /** Whether a client is still there, and no monitor. */
  isPresent(peer: Peer): boolean {
    return this.#peers.get(peer.uniqueName) === peer;
  }

  uniqueNames(): string[] {
    return [...this.#peers.keys()];
  }

  activatableNames(): string[] {
    return this.#activations.names();
  }

  isActivatable(name: string): boolean {
    return this.#activations.has(name);
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
  startService(
    name: string,
    peer: Peer,
    call: Message,
    whenOwned: () => void,
    whenFailed: () => void = () => {},
  ): void {
    this.#activations.start(name, {
      owned: whenOwned,
      failed: (error) => {
        whenFailed();
        this.replyError(peer, call, error);
      },
    });
  }

  /** Turns a connection into a monitor: it loses its names and sees what its rules select. */
  becomeMonitor(peer: Peer, rules: readonly MatchRule[]): void {
    const { uniqueName } = peer;
    // The reply may have found its queue full.
    if (!this.isPresent(peer)) return;
    peer.clearRules();
    // It hears of every name it loses, its unique one last: busctl waits for that one.
    // @rule bus/monitor-loses-names dbus#bus-messages-become-monitor
    this.#leave(uniqueName);
    this.#peers.delete(uniqueName);
    for (const rule of rules) peer.addRule(rule);
    peer.isMonitor = true;
    this.#monitors.add(peer);
  }

  /** Whether a monitor sees what is sent. */
  get isObserved(): boolean {
    return this.#monitors.size > 0;
  }

  /** Tells a caller why its call fails; nobody, when it has left. */
  failCall(caller: string, serial: number, error: DriverError): void {
    const peer = this.#peers.get(caller);
    if (peer !== undefined) this.#sendOwn(peer, errorReply(serial, error));
  }

  /** Sends to all whose rules select the message. */
  broadcast(message: MatchableMessage, bytes: Uint8Array): void {
    for (const peer of this.#peers.values()) {
      if (peer.wants(message, this.#owns)) this.send(peer, bytes);
    }
  }

  /** Shows a message to the monitors that want it. */
  observe(message: MatchableMessage, bytes: Uint8Array): void {
    for (const monitor of this.#monitors) {
      if (monitor.ruleCount === 0 || monitor.wants(message, this.#owns)) this.send(monitor, bytes);
    }
  }

  /** @param isLast whether nobody else gets these bytes, so that they are wiped once they have left */
  send(peer: Peer, bytes: Uint8Array, isLast = false): void {
    // Someone who does not read is cut off; the bus does not buffer without end.
    // @rule bus/slow-reader keywire#embedded-bus-limits
    if (!this.isFull(peer)) {
      peer.link.send(bytes, isLast);
      return;
    }
    this.#cutOff(peer);
    if (isLast) bytes.fill(0);
  }

  /** Everybody is told who is gone, which may be too much for the next one, and so on: one by one. */
  #cutOff(peer: Peer): void {
    this.#behind.add(peer);
    if (this.#behind.size > 1) return;
    // Those who are added meanwhile are visited too.
    for (const each of this.#behind) each.link.close();
    this.#behind.clear();
  }

  /** Whether a client has too much left to read. */
  isFull(peer: Peer): boolean {
    return peer.link.queuedBytes >= this.limits.maxQueuedBytes;
  }

  #ownerOf(name: string): string | undefined {
    if (name === BUS_NAME) return BUS_NAME;
    return this.#peers.has(name) ? name : this.registry.ownerOf(name);
  }

  /** A connection is gone: its names fall free, and who waits for its answers learns it. */
  #leave(uniqueName: string): void {
    for (const change of this.registry.releaseAll(uniqueName)) this.announce(change);
    this.announce({ name: uniqueName, oldOwner: uniqueName, newOwner: '' });
    const noReply = new DriverError('NoReply', 'the callee disconnected before it answered');
    for (const { caller, serial } of this.pending.forget(uniqueName)) {
      this.failCall(caller, serial, noReply);
    }
  }

  #signal(member: string, signature: string, body: readonly unknown[], only?: Peer): void {
    const init: OwnMessage = {
      type: 'signal',
      flags: MessageFlag.NO_REPLY_EXPECTED,
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
    this.observe(message, bytes);
    this.broadcast(message, bytes);
  }

  #sendOwn(peer: Peer, init: OwnMessage): void {
    const message = {
      ...init,
      flags: MessageFlag.NO_REPLY_EXPECTED,
      serial: this.#nextSerial(),
      sender: BUS_NAME,
      destination: peer.uniqueName,
    };
    const bytes = encodeMessage(message);
    this.observe(message, bytes);
    this.send(peer, bytes);
  }

  #nextSerial(): number {
    this.#serial = this.#serial === 0xffffffff ? 1 : this.#serial + 1;
    return this.#serial;
  }
}

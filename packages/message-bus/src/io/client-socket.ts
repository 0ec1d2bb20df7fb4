/** One client's socket on the bus: authentication, the parser, and the link its answers leave by. */
import type { Socket } from 'node:net';
import { isWireError, type Message, MessageParser } from '@keywire/dbus-wire';
import {
  externalMechanism,
  ServerHandshake,
  SocketTransport,
  systemClock,
} from '@keywire/dbus-wire/server';
import type { Bus } from '../bus.ts';
import type { Link, Peer } from '../hub/peer.ts';
import { wipeSecrets } from '../messages/secret-bytes.ts';

export interface ClientOptions {
  readonly socket: Socket;
  readonly bus: Bus;
  /** Called once, when the client is gone for good. */
  readonly gone: () => void;
}

/** Serves one client until either side ends the connection. */
export class ClientSocket implements Link {
  readonly #socket: Socket;
  readonly #transport: SocketTransport;
  readonly #bus: Bus;
  readonly #parser: MessageParser;
  readonly #handshake: ServerHandshake;
  readonly #gone: () => void;
  #peer: Peer | undefined;
  #isClosed = false;
  /** How many clients that are behind hold this one. */
  #pauses = 0;
  /** Those that wait until this one has read. */
  readonly #held = new Set<Link>();
  #cancelStall: (() => void) | undefined;

  constructor({ socket, bus, gone }: ClientOptions) {
    this.#socket = socket;
    this.#transport = new SocketTransport(socket);
    this.#bus = bus;
    this.#gone = gone;
    this.#parser = new MessageParser({ maxMessageBytes: bus.hub.limits.maxMessageBytes });
    this.#handshake = new ServerHandshake(
      { guid: bus.hub.id, mechanisms: [externalMechanism(bus.hub.userId)] },
      {
        send: (bytes) => this.#transport.write([bytes]),
        // Whoever does not authenticate is shown out; the specification has no words for it.
        // @rule bus/auth-failure-disconnects dbus#auth-protocol
        failed: () => this.close(),
        accepted: (_identity, rest) => {
          this.#peer = bus.attach(this);
          this.#receive(this.#peer, rest);
        },
      },
    );
    this.#transport.start({
      received: (chunk) => this.#feed(chunk),
      drained: () => this.#release(),
      closed: () => this.#end(),
    });
  }

  /** Whether the client has said Hello; until then it counts against the incomplete ones. */
  get isComplete(): boolean {
    return this.#peer !== undefined && this.#peer.uniqueName !== '';
  }

  get queuedBytes(): number {
    return this.#transport.queuedBytes;
  }

  send(bytes: Uint8Array, wipes: boolean): void {
    if (!this.#isClosed) this.#transport.write([bytes], wipes ? wipe : undefined);
    else if (wipes) wipe(bytes);
  }

  hold(other: Link): void {
    if (this.#isClosed || this.#held.has(other)) return;
    this.#held.add(other);
    other.pause();
    // @rule bus/stalled-reader keywire#embedded-bus-limits
    this.#cancelStall ??= systemClock.schedule(this.#bus.hub.limits.stallTimeoutMs, () =>
      this.close(),
    );
  }

  pause(): void {
    this.#pauses += 1;
    this.#socket.pause();
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses === 0) this.#socket.resume();
  }

  close(): void {
    this.#transport.destroy();
    this.#end();
  }

  #feed(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#peer === undefined) this.#handshake.feed(chunk);
    else this.#receive(this.#peer, chunk);
  }

  #receive(peer: Peer, chunk: Uint8Array): void {
    let messages: readonly Message[];
    try {
      messages = this.#parser.feed(chunk);
    } catch (error) {
      // What came before the fault is dropped with the connection, as the reference bus does.
      // @rule bus/malformed-disconnects dbus#message-protocol-messages
      messages = isWireError(error) ? error.messages : [];
      this.close();
    }
    for (const message of messages) {
      if (this.#isClosed) wipeSecrets(message);
      else this.#bus.receive(peer, message);
    }
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parser.discard();
    this.#release();
    if (this.#peer !== undefined) this.#bus.detach(this.#peer);
    this.#gone();
  }

  /** Everything has left: whoever waited for that is read from again. */
  #release(): void {
    this.#cancelStall?.();
    this.#cancelStall = undefined;
    for (const other of this.#held) other.resume();
    this.#held.clear();
  }
}

function wipe(bytes: Uint8Array): void {
  bytes.fill(0);
}

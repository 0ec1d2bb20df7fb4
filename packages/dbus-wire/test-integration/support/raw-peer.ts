/**
 * A client that keeps no rules: it says whatever it is told to, and collects what it gets.
 */
import { connect, type Socket } from 'node:net';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message, MessageInit } from '../../src/codec/message.ts';
import { MessageParser } from '../../src/codec/message-parser.ts';
import { parseAddress } from '../../src/transport/address.ts';
import { ServerLineSkipper } from './server-line-skipper.ts';

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

export class RawPeer implements AsyncDisposable {
  readonly received: Message[] = [];
  readonly #socket: Socket;
  readonly #parser = new MessageParser();
  readonly #lines = new ServerLineSkipper();
  readonly #waiting: { wants(message: Message): boolean; take(message: Message): void }[] = [];
  #serial = 0;
  uniqueName = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Uint8Array) => this.#take(chunk));
  }

  static async connect(address: string): Promise<RawPeer> {
    const [entry] = parseAddress(address);
    const path = entry?.parameters.get('path') ?? `\0${entry?.parameters.get('abstract')}`;
    const peer = new RawPeer(connect(String(path)));
    peer.#socket.write('\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n');
    const hello = await peer.ask('Hello');
    peer.uniqueName = String(hello.body[0]);
    return peer;
  }

  /** Sends anything, with a serial of its own; tells the serial. */
  send(message: Omit<MessageInit, 'serial'>): number {
    const serial = ++this.#serial;
    this.#socket.write(encodeMessage({ ...message, serial }));
    return serial;
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Calls the bus. */
  ask(member: string, signature = '', body: readonly unknown[] = []): Promise<Message> {
    const serial = this.send({ type: 'method_call', ...BUS, member, signature, body });
    return this.next((message) => message.replySerial === serial);
  }

  /** The first message, received already or to come, that fits. */
  next(wants: (message: Message) => boolean): Promise<Message> {
    const known = this.received.find(wants);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.push({ wants, take: resolve }));
  }

  /** Resolves when the bus has dealt with everything sent so far. */
  async flushed(): Promise<void> {
    await this.ask('GetId');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
  }

  #take(chunk: Uint8Array): void {
    for (const message of this.#parser.feed(this.#lines.skip(chunk))) {
      this.received.push(message);
      const index = this.#waiting.findIndex(({ wants }) => wants(message));
      if (index >= 0) this.#waiting.splice(index, 1)[0]?.take(message);
    }
  }
}

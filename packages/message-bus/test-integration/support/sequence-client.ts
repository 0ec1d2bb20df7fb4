/** A client that sends any message there is and keeps what it gets, in order. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { encodeMessage, type Message, type MessageInit, MessageParser } from '@keywire/dbus-wire';
import { AUTHENTICATION, socketPath } from '../../test/support/raw-client.ts';

export const BUS = 'org.freedesktop.DBus';

/** Serials of calls that only show that all before them was handled. */
const FIRST_BARRIER = 0x70000000;

export class SequenceClient {
  readonly #socket: Socket;
  readonly #parser = new MessageParser();
  #received: Message[] = [];
  #serial = 0;
  #barrier = FIRST_BARRIER;
  /** What came before the end of authentication. */
  #greeting: string | undefined = '';
  isClosed = false;
  uniqueName = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    // A reset is one way of being hung up on.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      socket.emit('progress');
    });
  }

  static async join(address: string): Promise<SequenceClient> {
    const socket = createConnection({ path: socketPath(address) });
    await once(socket, 'connect');
    const client = new SequenceClient(socket);
    socket.write(AUTHENTICATION);
    const serial = client.call('Hello');
    await client.#until(() => client.#received.some(({ replySerial }) => replySerial === serial));
    client.uniqueName = String(client.take()[0]?.body[0]);
    return client;
  }

  send(init: Omit<MessageInit, 'serial'>): number {
    this.#serial += 1;
    this.#socket.write(encodeMessage({ ...init, serial: this.#serial }));
    return this.#serial;
  }

  call(member: string, signature = '', body: readonly unknown[] = []): number {
    const path = '/org/freedesktop/DBus';
    const to = { destination: BUS, path, interface: BUS };
    return this.send({ type: 'method_call', ...to, member, signature, body });
  }

  /** Resolves when the bus has handled all that was sent, and what came of it is here. */
  async settle(): Promise<void> {
    if (this.isClosed) return;
    this.#barrier += 1;
    const serial = this.#barrier;
    const call = { type: 'method_call', destination: BUS, path: '/', interface: BUS } as const;
    this.#socket.write(encodeMessage({ ...call, member: 'GetId', serial }));
    const isAnswer = ({ replySerial }: Message): boolean => replySerial === serial;
    await this.#until(() => this.isClosed || this.#received.some(isAnswer));
    this.#received = this.#received.filter((message) => !isAnswer(message));
  }

  /** What came since the last look. */
  take(): Message[] {
    return this.#received.splice(0);
  }

  async leave(): Promise<void> {
    this.#socket.end();
    await this.#until(() => this.isClosed);
  }

  #take(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#greeting !== undefined) {
      this.#greeting += new TextDecoder('latin1').decode(chunk);
      const end = /OK [0-9a-f]+\r\n/u.exec(this.#greeting);
      if (end === null) return;
      bytes = chunk.subarray(chunk.length - (this.#greeting.length - end.index - end[0].length));
      this.#greeting = undefined;
    }
    this.#received.push(...this.#parser.feed(bytes));
    this.#socket.emit('progress');
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (!isReached()) await once(this.#socket, 'progress');
  }
}

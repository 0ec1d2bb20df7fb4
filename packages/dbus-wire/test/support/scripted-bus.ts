/**
 * A bus made of a script: authenticates, answers Hello as `:1.1`, AddMatch, RemoveMatch and
 * GetNameOwner from a table, and leaves everything else to the test.
 */

import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message, MessageInit } from '../../src/codec/message.ts';
import { MessageParser } from '../../src/codec/message-parser.ts';
import { Connection } from '../../src/connection/connection.ts';
import type { ConnectionSettings } from '../../src/connection/connection-options.ts';
import type { Dial } from '../../src/transport/dialer.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedTransport } from './scripted-transport.ts';

export const BUS = 'org.freedesktop.DBus';

export class ScriptedBus {
  readonly clock = new FakeClock();
  readonly transport: ScriptedTransport;
  /** Every message the client sent. */
  readonly received: Message[] = [];
  readonly owners = new Map<string, string>();
  /** Whether the bus answers by itself. */
  answers = true;
  readonly connection: Connection;
  readonly #parser = new MessageParser();
  readonly #waiting: ((message: Message) => void)[] = [];
  #serial = 1;

  constructor(settings: ConnectionSettings = {}, { isOnBus = true } = {}) {
    this.transport = new ScriptedTransport((bytes) => this.#take(bytes));
    const dial: Dial = async (wiring) => {
      // As with a real socket, the connection is there a little later.
      await Promise.resolve();
      this.transport.start(wiring);
      wiring.outbox.attach(this.transport, new Uint8Array(0));
      wiring.outbox.commit();
      wiring.accepted(this.transport);
    };
    this.connection = new Connection(
      { dial, clock: this.clock, isOnBus, machineId: () => '0'.repeat(32) },
      settings,
    );
  }

  /** Sends a message in the name of `sender`. */
  send(message: Omit<MessageInit, 'serial'>): void {
    this.transport.receive(this.encode(message));
  }

  encode(message: Omit<MessageInit, 'serial'>): Uint8Array {
    return encodeMessage({ ...message, serial: this.#serial++ });
  }

  /** Answers a call in the name of `sender`. */
  reply(call: Message, sender: string, signature = '', body: readonly unknown[] = []): void {
    this.send({ type: 'method_return', replySerial: call.serial, sender, signature, body });
  }

  replyError(call: Message, sender: string, errorName: string, text?: string): void {
    const values = text === undefined ? {} : { signature: 's', body: [text] };
    this.send({ type: 'error', replySerial: call.serial, sender, errorName, ...values });
  }

  ownerChanged(name: string, newOwner: string, sender = BUS): void {
    const oldOwner = this.owners.get(name) ?? '';
    this.owners.set(name, newOwner);
    this.send({
      type: 'signal',
      sender,
      path: '/org/freedesktop/DBus',
      interface: BUS,
      member: 'NameOwnerChanged',
      signature: 'sss',
      body: [name, oldOwner, newOwner],
    });
  }

  /** The next message the client sends that the bus does not answer by itself. */
  next(): Promise<Message> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The members of the calls the client made, in order. */
  members(): (string | undefined)[] {
    return this.received.map(({ member }) => member);
  }

  #take(bytes: Uint8Array): void {
    for (const message of this.#parser.feed(bytes)) {
      this.received.push(message);
      if (!this.answers || !this.#answer(message)) this.#waiting.shift()?.(message);
    }
  }

  #answer(message: Message): boolean {
    if (message.type !== 'method_call' || message.destination !== BUS) return false;
    switch (message.member) {
      case 'Hello':
        this.reply(message, BUS, 's', [':1.1']);
        return true;
      case 'AddMatch':
        this.reply(message, BUS);
        return true;
      case 'RemoveMatch':
        return true;
      case 'GetNameOwner': {
        const owner = this.owners.get(String(message.body[0])) ?? '';
        if (owner !== '') this.reply(message, BUS, 's', [owner]);
        else this.replyError(message, BUS, `${BUS}.Error.NameHasNoOwner`, 'no such name');
        return true;
      }
      default:
        return false;
    }
  }
}

/** Lets everything that is ready run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

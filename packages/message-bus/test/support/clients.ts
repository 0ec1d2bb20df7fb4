/** Clients of a bus without sockets: what they send goes through the codec, what they get is kept. */
import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, type Message, type MessageInit } from '@keywire/dbus-wire';
import { Bus } from '../../src/bus.ts';
import type { Link, Peer } from '../../src/hub/peer.ts';
import { type BusLimits, DEFAULT_BUS_LIMITS } from '../../src/limits.ts';

export const ID = '0123456789abcdef0123456789abcdef';
export const DRIVER = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

export interface Client {
  readonly peer: Peer;
  readonly link: Link;
  /** Whose links were held because this client is behind. */
  readonly held: Link[];
  /** For each message sent to it, whether its bytes are to be wiped. */
  readonly wipes: boolean[];
  /** What the bus has sent since the last look. */
  readonly take: () => Message[];
  readonly send: (init: Omit<MessageInit, 'serial'>) => number;
  isClosed: boolean;
  queuedBytes: number;
}

export function makeBus(
  limits: Partial<BusLimits> = {},
  services = new Map<string, () => Promise<void>>(),
) {
  return new Bus({
    id: ID,
    machineId: ID,
    userId: 1000,
    limits: { ...DEFAULT_BUS_LIMITS, ...limits },
    activation: { services, startDeadline: () => () => {} },
  });
}

export function connect(bus: Bus): Client {
  const received: Message[] = [];
  let serial = 0;
  const link: Link = {
    get queuedBytes() {
      return client.queuedBytes;
    },
    send: (bytes, wipes) => {
      client.wipes.push(wipes);
      received.push(decodeMessage(bytes));
    },
    hold: (other) => client.held.push(other),
    pause: () => {},
    resume: () => {},
    close: () => {
      client.isClosed = true;
    },
  };
  const client: Client = {
    peer: bus.attach(link),
    link,
    held: [],
    wipes: [],
    isClosed: false,
    queuedBytes: 0,
    take: () => received.splice(0),
    send: (init) => {
      serial += 1;
      bus.receive(client.peer, decodeMessage(encodeMessage({ ...init, serial })));
      return serial;
    },
  };
  return client;
}

export function hello(bus: Bus): Client {
  const client = connect(bus);
  client.send({ type: 'method_call', ...DRIVER, member: 'Hello' });
  client.take();
  return client;
}

export function driverCall(
  client: Client,
  member: string,
  signature = '',
  body: unknown[] = [],
  of: string = DRIVER.interface,
): Message {
  client.send({ type: 'method_call', ...DRIVER, interface: of, member, signature, body });
  const reply = client.take().find(({ replySerial }) => replySerial !== undefined);
  assert.ok(reply !== undefined, `${member} was not answered`);
  return reply;
}

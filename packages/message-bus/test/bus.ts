import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, type Message, type MessageInit } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { Bus } from '../src/bus.ts';
import { type BusLimits, DEFAULT_BUS_LIMITS } from '../src/limits.ts';
import type { Peer } from '../src/peer.ts';

const ID = '0123456789abcdef0123456789abcdef';
const DRIVER = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

interface Client {
  readonly peer: Peer;
  /** What the bus has sent since the last look. */
  readonly take: () => Message[];
  readonly send: (init: Omit<MessageInit, 'serial'>) => number;
  isClosed: boolean;
  queuedBytes: number;
}

function makeBus(
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

function connect(bus: Bus): Client {
  const received: Message[] = [];
  let serial = 0;
  const client: Client = {
    peer: bus.attach({
      get queuedBytes() {
        return client.queuedBytes;
      },
      send: (bytes) => received.push(decodeMessage(bytes)),
      close: () => {
        client.isClosed = true;
      },
    }),
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

function hello(bus: Bus): Client {
  const client = connect(bus);
  client.send({ type: 'method_call', ...DRIVER, member: 'Hello' });
  client.take();
  return client;
}

function driverCall(client: Client, member: string, signature = '', body: unknown[] = []): Message {
  client.send({ type: 'method_call', ...DRIVER, member, signature, body });
  const reply = client.take().find(({ replySerial }) => replySerial !== undefined);
  assert.ok(reply !== undefined, `${member} was not answered`);
  return reply;
}

// @rule bus/hello-first
test('Hello gives a name; whoever says something else first is cut off', () => {
  const bus = makeBus();
  const first = connect(bus);
  first.send({ type: 'method_call', ...DRIVER, member: 'Hello' });
  const [reply, acquired] = first.take();
  assert.deepEqual(reply?.body, [':1.1']);
  assert.equal(acquired?.member, 'NameAcquired');
  const rude = connect(bus);
  rude.send({ type: 'method_call', ...DRIVER, member: 'GetId' });
  assert.equal(rude.isClosed, true);
  assert.equal(driverCall(first, 'Hello').errorName, 'org.freedesktop.DBus.Error.Failed');
});

test('a call reaches its destination with the sender the bus knows, and its reply comes back', () => {
  const bus = makeBus();
  const [caller, callee] = [hello(bus), hello(bus)];
  const serial = caller.send({
    type: 'method_call',
    destination: ':1.2',
    sender: ':1.99',
    path: '/',
    member: 'Ask',
    signature: 's',
    body: ['why'],
  });
  const [call] = callee.take();
  assert.equal(call?.sender, ':1.1');
  assert.deepEqual(call?.body, ['why']);
  callee.send({
    type: 'method_return',
    destination: ':1.1',
    replySerial: serial,
    signature: 's',
    body: ['because'],
  });
  const [answer] = caller.take();
  assert.equal(answer?.sender, ':1.2');
  assert.deepEqual(answer?.body, ['because']);
});

// @rule bus/unrequested-reply
test('a reply that nobody asked its sender for reaches no one', () => {
  const bus = makeBus();
  const [caller, callee, forger] = [hello(bus), hello(bus), hello(bus)];
  const serial = caller.send({
    type: 'method_call',
    destination: ':1.2',
    path: '/',
    member: 'Ask',
  });
  const forged: Omit<MessageInit, 'serial'> = {
    type: 'method_return',
    destination: ':1.1',
    replySerial: serial,
  };
  forger.send(forged);
  assert.deepEqual(caller.take(), []);
  callee.send(forged);
  assert.equal(caller.take().length, 1);
  callee.send(forged);
  assert.deepEqual(caller.take(), []);
});

test('a callee that leaves without answering is told to its callers', () => {
  const bus = makeBus();
  const [caller, callee] = [hello(bus), hello(bus)];
  const serial = caller.send({
    type: 'method_call',
    destination: ':1.2',
    path: '/',
    member: 'Ask',
  });
  bus.detach(callee.peer);
  const [error] = caller.take();
  assert.equal(error?.errorName, 'org.freedesktop.DBus.Error.NoReply');
  assert.equal(error?.replySerial, serial);
});

test('a call to a name nobody has is refused; without NO_REPLY_EXPECTED only', () => {
  const bus = makeBus();
  const caller = hello(bus);
  const call = { type: 'method_call', destination: 'no.such', path: '/', member: 'Ask' } as const;
  caller.send(call);
  assert.equal(caller.take()[0]?.errorName, 'org.freedesktop.DBus.Error.ServiceUnknown');
  caller.send({ ...call, flags: 1 });
  assert.deepEqual(caller.take(), []);
});

// @rule bus/broadcast-by-rules
test('a broadcast goes to whose rules match, once each, the sender by its well-known name too', () => {
  const bus = makeBus();
  const [sender, listener, other] = [hello(bus), hello(bus), hello(bus)];
  driverCall(sender, 'RequestName', 'su', ['org.example.Sender', 0]);
  driverCall(listener, 'AddMatch', 's', ["sender='org.example.Sender',member='Changed'"]);
  driverCall(listener, 'AddMatch', 's', ["type='signal',arg0='x'"]);
  sender.send({
    type: 'signal',
    path: '/',
    interface: 'org.example.Sender',
    member: 'Changed',
    signature: 's',
    body: ['x'],
  });
  assert.equal(listener.take().length, 1);
  assert.deepEqual(other.take(), []);
  assert.deepEqual(sender.take(), []);
});

test('names come and go with their signals, in order', () => {
  const bus = makeBus();
  const [first, second, watcher] = [hello(bus), hello(bus), hello(bus)];
  driverCall(watcher, 'AddMatch', 's', ["member='NameOwnerChanged',arg0='org.example.Name'"]);
  driverCall(first, 'RequestName', 'su', ['org.example.Name', 1]);
  driverCall(second, 'RequestName', 'su', ['org.example.Name', 2]);
  assert.deepEqual(
    first.take().map(({ member }) => member),
    ['NameLost'],
  );
  bus.detach(second.peer);
  assert.deepEqual(
    watcher.take().map(({ body }) => body),
    [
      ['org.example.Name', '', ':1.1'],
      ['org.example.Name', ':1.1', ':1.2'],
      ['org.example.Name', ':1.2', ':1.1'],
    ],
  );
  assert.deepEqual(driverCall(watcher, 'GetNameOwner', 's', ['org.example.Name']).body, [':1.1']);
});

// @rule bus/monitor-must-not-send
test('a monitor sees calls, replies and signals of others, and may not send', () => {
  const bus = makeBus();
  const [monitor, caller, callee] = [hello(bus), hello(bus), hello(bus)];
  monitor.send({
    type: 'method_call',
    ...DRIVER,
    interface: 'org.freedesktop.DBus.Monitoring',
    member: 'BecomeMonitor',
    signature: 'asu',
    body: [[], 0],
  });
  monitor.take();
  const serial = caller.send({
    type: 'method_call',
    destination: ':1.3',
    path: '/',
    member: 'Ask',
  });
  callee.send({ type: 'method_return', destination: ':1.2', replySerial: serial });
  driverCall(caller, 'GetId');
  assert.deepEqual(
    monitor.take().map(({ type, sender }) => `${type} ${sender}`),
    [
      'method_call :1.2',
      'method_return :1.3',
      'method_call :1.2',
      'method_return org.freedesktop.DBus',
    ],
  );
  monitor.send({ type: 'signal', path: '/', interface: 'a.b', member: 'C' });
  assert.equal(monitor.isClosed, true);
});

// @rule bus/monitor-loses-names
test('who becomes a monitor is told so, then of each name it loses, the unique one last', () => {
  const bus = makeBus();
  const [monitor] = [hello(bus), hello(bus)];
  assert.ok(monitor !== undefined);
  driverCall(monitor, 'RequestName', 'su', ['org.example.Name', 0]);
  monitor.take();
  monitor.send({
    type: 'method_call',
    ...DRIVER,
    interface: 'org.freedesktop.DBus.Monitoring',
    member: 'BecomeMonitor',
    signature: 'asu',
    body: [[], 0],
  });
  assert.deepEqual(
    monitor.take().map(({ type, member, body }) => [type, member, ...body]),
    [
      ['method_return', undefined],
      ['signal', 'NameLost', 'org.example.Name'],
      ['signal', 'NameLost', ':1.1'],
    ],
  );
});

// @rule bus/slow-reader
test('a client that does not read is cut off, not buffered without end', () => {
  const bus = makeBus({ maxQueuedBytes: 1000 });
  const client = hello(bus);
  client.queuedBytes = 999;
  client.send({ type: 'method_call', ...DRIVER, member: 'GetId' });
  assert.equal(client.isClosed, true);
  assert.deepEqual(client.take(), []);
});

// @rule bus/pending-reply-limit
// @rule bus/match-rule-limit
// @rule bus/name-limit
test('the limits of a connection are kept, each with LimitsExceeded', () => {
  const bus = makeBus({
    maxPendingRepliesPerConnection: 1,
    maxMatchRulesPerConnection: 1,
    maxNamesPerConnection: 1,
  });
  const [client] = [hello(bus), hello(bus)];
  assert.ok(client !== undefined);
  const limited = 'org.freedesktop.DBus.Error.LimitsExceeded';
  driverCall(client, 'AddMatch', 's', ['']);
  assert.equal(driverCall(client, 'AddMatch', 's', ['']).errorName, limited);
  driverCall(client, 'RequestName', 'su', ['a.b', 0]);
  assert.equal(driverCall(client, 'RequestName', 'su', ['a.c', 0]).errorName, limited);
  const call = { type: 'method_call', destination: ':1.2', path: '/', member: 'Ask' } as const;
  client.send(call);
  client.send(call);
  assert.deepEqual(
    client.take().map(({ errorName }) => errorName),
    [limited],
  );
});

// @rule bus/start-known-names-only
test('a hosted service is brought up by the first call to it, which then reaches it', () => {
  let starts = 0;
  const services = new Map([
    [
      'org.example.Hosted',
      () => {
        starts += 1;
        return Promise.resolve();
      },
    ],
  ]);
  const bus = makeBus({}, services);
  const [caller, service] = [hello(bus), hello(bus)];
  caller.send({ type: 'method_call', destination: 'org.example.Hosted', path: '/', member: 'Ask' });
  assert.equal(starts, 1);
  driverCall(caller, 'ListActivatableNames');
  driverCall(service, 'RequestName', 'su', ['org.example.Hosted', 0]);
  assert.deepEqual(caller.take(), []);
  driverCall(caller, 'RequestName', 'su', ['org.example.Owned', 0]);
  assert.equal(
    driverCall(caller, 'StartServiceByName', 'su', ['org.example.Owned', 0]).errorName,
    'org.freedesktop.DBus.Error.ServiceUnknown',
  );
  assert.equal(
    driverCall(caller, 'StartServiceByName', 'su', ['org.example.Hosted', 0]).body[0],
    2,
  );
});

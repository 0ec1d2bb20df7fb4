import assert from 'node:assert/strict';
import {
  decodeMessage,
  encodeMessage,
  Message,
  type MessageInit,
  Variant,
} from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { Bus } from '../src/bus.ts';
import { type BusLimits, DEFAULT_BUS_LIMITS } from '../src/limits.ts';
import type { Link, Peer } from '../src/peer.ts';

const ID = '0123456789abcdef0123456789abcdef';
const DRIVER = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

interface Client {
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

function hello(bus: Bus): Client {
  const client = connect(bus);
  client.send({ type: 'method_call', ...DRIVER, member: 'Hello' });
  client.take();
  return client;
}

function driverCall(
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

test('who has left is nobody any more', () => {
  const bus = makeBus();
  const [caller, gone] = [hello(bus), hello(bus)];
  const hasOwner = (): unknown => driverCall(caller, 'NameHasOwner', 's', [':1.2']).body[0];
  assert.equal(hasOwner(), true);
  bus.detach(gone.peer);
  assert.equal(hasOwner(), false);
  caller.send({ type: 'method_call', destination: ':1.2', path: '/', member: 'Ask' });
  assert.equal(caller.take()[0]?.errorName, 'org.freedesktop.DBus.Error.ServiceUnknown');
  assert.deepEqual(gone.take(), []);
});

test('the bus has a name, properties and a description of its own', () => {
  const bus = makeBus();
  const client = hello(bus);
  const { destination: name } = DRIVER;
  assert.deepEqual(driverCall(client, 'GetNameOwner', 's', [name]).body, [name]);
  const property = (member: string, signature: string, ...body: unknown[]): Message =>
    driverCall(client, member, signature, body, 'org.freedesktop.DBus.Properties');
  const features = new Variant('as', ['HeaderFiltering']);
  for (const owner of [name, '']) {
    assert.deepEqual(property('Get', 'ss', owner, 'Features').body, [features]);
    const [all] = property('GetAll', 's', owner).body;
    assert.ok(all instanceof Map);
    assert.deepEqual([...all.keys()], ['Features', 'Interfaces']);
  }
  const errors = [
    property('Get', 'ss', name, 'Other'),
    property('Get', 'ss', 'a.b', 'Features'),
    property('Set', 'ssv', name, 'Features', features),
    property('Get', 's', name),
  ].map(({ errorName }) => errorName?.replace('org.freedesktop.DBus.Error.', ''));
  assert.deepEqual(errors, [
    'UnknownProperty',
    'UnknownInterface',
    'PropertyReadOnly',
    'InvalidArgs',
  ]);
  const [described] = driverCall(
    client,
    'Introspect',
    '',
    [],
    'org.freedesktop.DBus.Introspectable',
  ).body;
  assert.match(String(described), /<method name="RequestName">/u);
});

test('flags that a monitor cannot have are refused', () => {
  const client = hello(makeBus());
  const monitoring = 'org.freedesktop.DBus.Monitoring';
  const refused = driverCall(client, 'BecomeMonitor', 'asu', [[], 1], monitoring);
  assert.equal(refused.errorName, 'org.freedesktop.DBus.Error.InvalidArgs');
  assert.equal(driverCall(client, 'GetId').body[0], ID);
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
  client.queuedBytes = 1000;
  client.send({ type: 'method_call', ...DRIVER, member: 'GetId' });
  assert.equal(client.isClosed, true);
  assert.deepEqual(client.take(), []);
});

// @rule bus/full-queue-refuses
test('who sends to a client with a full queue is refused; what the client asked for cuts it off', () => {
  const bus = makeBus({ maxQueuedBytes: 1000 });
  const [caller, callee] = [hello(bus), hello(bus)];
  callee.queuedBytes = 1000;
  const to = { destination: ':1.2', path: '/', interface: 'a.b', member: 'Ask' } as const;
  caller.send({ type: 'method_call', ...to });
  assert.equal(caller.take()[0]?.errorName, 'org.freedesktop.DBus.Error.LimitsExceeded');
  caller.send({ type: 'method_call', ...to, flags: 1 });
  caller.send({ type: 'signal', ...to });
  assert.deepEqual([caller.take(), callee.take(), callee.isClosed], [[], [], false]);
  callee.queuedBytes = 0;
  const serial = caller.send({ type: 'method_call', ...to });
  caller.queuedBytes = 1000;
  callee.send({ type: 'method_return', destination: ':1.1', replySerial: serial });
  assert.equal(caller.isClosed, true);
});

// @rule bus/callers-wait-for-the-called
test('callers of a client that is behind are held; who answers or signals is not', () => {
  const bus = makeBus();
  const [caller, callee] = [hello(bus), hello(bus)];
  const to = { destination: ':1.2', path: '/', interface: 'a.b', member: 'Ask' } as const;
  const serial = caller.send({ type: 'method_call', ...to });
  assert.deepEqual(callee.held, []);
  callee.queuedBytes = 2 ** 21;
  caller.send({ type: 'method_call', ...to, flags: 1 });
  assert.deepEqual(callee.held, [caller.link]);
  caller.queuedBytes = 2 ** 21;
  callee.send({ type: 'method_return', destination: ':1.1', replySerial: serial });
  callee.send({ type: 'signal', ...to, destination: ':1.1' });
  assert.deepEqual(caller.held, []);
});

// @rule bus/too-long-with-sender
test('a message that cannot be passed on is answered, and a reply that cannot is an error', () => {
  const bus = makeBus();
  const [caller, callee] = [hello(bus), hello(bus)];
  const half = new Uint8Array(2 ** 26);
  const huge = { flags: 0, typeCode: 1, signature: 'ayay', body: [half, half] } as const;
  const call = new Message({
    ...{ ...huge, body: [...huge.body], byteOrder: 'little' },
    ...{ type: 'method_call', serial: 7, destination: ':1.2', path: '/', member: 'Ask' },
  });
  bus.receive(caller.peer, call);
  const [refused] = caller.take();
  assert.equal(refused?.errorName, 'org.freedesktop.DBus.Error.LimitsExceeded');
  assert.equal(refused?.replySerial, 7);
  const asked = caller.send({
    type: 'method_call',
    destination: ':1.2',
    path: '/',
    member: 'Ask',
  });
  const reply = new Message({
    ...{ ...huge, body: [...huge.body], byteOrder: 'little' },
    ...{ type: 'method_return', serial: 9, destination: ':1.1', replySerial: asked },
  });
  bus.receive(callee.peer, reply);
  bus.receive(callee.peer, reply);
  assert.deepEqual(
    caller.take().map(({ errorName, replySerial }) => [errorName, replySerial]),
    [['org.freedesktop.DBus.Error.LimitsExceeded', asked]],
  );
});

// @rule bus/wipes-what-it-forwards
test('bytes that pass through are wiped, where nobody else is to get them', () => {
  const bus = makeBus();
  const [caller, callee] = [hello(bus), hello(bus)];
  callee.wipes.length = 0;
  const ask = { destination: ':1.2', path: '/', interface: 'a.b', member: 'Ask', flags: 1 };
  const call = decodeMessage(
    encodeMessage({
      ...{ ...ask, type: 'method_call', serial: 5, signature: '(oay)' },
      body: [['/', Uint8Array.of(1, 2, 3)]],
    }),
  );
  bus.receive(caller.peer, call);
  assert.deepEqual(call.body, [['/', new Uint8Array(3)]]);
  assert.deepEqual(callee.take()[0]?.body, [['/', Uint8Array.of(1, 2, 3)]]);
  caller.send({ ...ask, type: 'method_call', signature: 's', body: ['no secret'] });
  assert.deepEqual(callee.wipes, [true, false]);
  const monitor = hello(bus);
  monitor.send({
    ...{ ...DRIVER, type: 'method_call', interface: 'org.freedesktop.DBus.Monitoring' },
    ...{ member: 'BecomeMonitor', signature: 'asu', body: [[], 0] },
  });
  caller.send({ ...ask, type: 'method_call', signature: 'ay', body: [Uint8Array.of(4)] });
  assert.deepEqual(monitor.take().at(-1)?.body, [Uint8Array.of(4)]);
  assert.deepEqual(callee.wipes, [true, false, false]);
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
  client.send({
    ...{ ...DRIVER, type: 'method_call', interface: 'org.freedesktop.DBus.Monitoring' },
    ...{ member: 'BecomeMonitor', signature: 'asu', body: [['', ''], 0] },
  });
  assert.equal(client.take()[0]?.errorName, limited);
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
  service.send({
    ...{ ...DRIVER, type: 'method_call', member: 'RequestName', signature: 'su' },
    body: ['org.example.Hosted', 0],
  });
  assert.ok(service.take().some(({ member, sender }) => member === 'Ask' && sender === ':1.1'));
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
  assert.equal(
    driverCall(caller, 'StartServiceByName', 'su', ['x'.repeat(1000), 0]).errorName,
    'org.freedesktop.DBus.Error.InvalidArgs',
  );
});

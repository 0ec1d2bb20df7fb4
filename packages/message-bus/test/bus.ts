import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, Message, type MessageInit } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { SECRET, wipedWhile } from '../../../test-fixtures/src/wiped.ts';
import type { Bus } from '../src/bus.ts';
import { type Client, connect, DRIVER, driverCall, hello, makeBus } from './support/clients.ts';

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
  hello(bus);
  const seen = monitor.take();
  // @rule bus/monitor-sees-hello
  assert.deepEqual(
    seen.splice(4).map(({ sender, member }) => `${member} ${sender}`),
    [
      'Hello :1.4',
      'undefined org.freedesktop.DBus',
      'NameOwnerChanged org.freedesktop.DBus',
      'NameAcquired org.freedesktop.DBus',
    ],
  );
  assert.deepEqual(
    seen.map(({ type, sender }) => `${type} ${sender}`),
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

// @rule bus/slow-reader
test('each who does not read is cut off, also after others were', () => {
  const bus = makeBus();
  const clients = [hello(bus), hello(bus), hello(bus)];
  for (const client of clients) {
    client.queuedBytes = Number.POSITIVE_INFINITY;
    client.send({ type: 'method_call', ...DRIVER, member: 'GetId' });
    assert.deepEqual([client.isClosed, client.take()], [true, []]);
  }
});

test('of a monitor that leaves, and of somebody without a name, nobody hears', () => {
  const bus = makeBus();
  const [watcher, monitor, nameless] = [hello(bus), hello(bus), connect(bus)];
  // What is told to one alone is not told to all: nothing else of the bus matches either.
  driverCall(watcher, 'AddMatch', 's', ["type='signal'"]);
  bus.hub.becomeMonitor(monitor.peer, []);
  assert.deepEqual(
    watcher.take().map(({ body }) => body),
    [[':1.2', ':1.2', '']],
  );
  for (const { peer } of [monitor, nameless]) bus.detach(peer);
  // Cut off by the reply to its call, it is a monitor no more than anything else.
  bus.hub.becomeMonitor(monitor.peer, []);
  assert.deepEqual([watcher.take(), bus.hub.isObserved], [[], false]);
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
  const told = () => caller.take().map(({ errorName, replySerial }) => [errorName, replySerial]);
  bus.receive(callee.peer, reply);
  assert.deepEqual(told(), [['org.freedesktop.DBus.Error.LimitsExceeded', asked]]);
  // Nobody waits for it any more.
  bus.receive(callee.peer, reply);
  assert.deepEqual(told(), []);
});

// @rule bus/too-long-with-sender
test('what the bus is told at too great length is done for nobody where a monitor looks on', () => {
  const bus = makeBus();
  const [monitor, caller] = [hello(bus), hello(bus)];
  bus.hub.becomeMonitor(monitor.peer, []);
  monitor.take();
  const half = new Uint8Array(2 ** 26);
  const call = new Message({
    ...{ flags: 0, typeCode: 1, signature: 'ayay', body: [half, half], byteOrder: 'little' },
    ...{ type: 'method_call', serial: 7, ...DRIVER, member: 'GetId' },
  });
  bus.receive(caller.peer, call);
  assert.deepEqual(
    [caller, monitor].map((each) => each.take().map(({ errorName }) => errorName)),
    Array(2).fill(['org.freedesktop.DBus.Error.LimitsExceeded']),
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

/** Sends bytes with the secret in them; returns the body that the bus has decoded. */
function sendSecret(bus: Bus, from: Client, init: Partial<MessageInit>): unknown {
  const message = decodeMessage(
    encodeMessage({
      ...{ type: 'method_call', serial: 77, path: '/', interface: 'a.b', member: 'Ask' },
      ...{ signature: 'ay', body: [new TextEncoder().encode(SECRET)] },
      ...init,
    }),
  );
  bus.receive(from.peer, message);
  return message.body;
}

const WIPED = [new Uint8Array(SECRET.length)];

// @rule bus/wipes-what-it-refuses
test('of a message that reaches nobody both copies are wiped', async () => {
  const bus = makeBus({ maxPendingRepliesPerConnection: 1 });
  const [caller, callee, deaf] = [hello(bus), hello(bus), hello(bus)];
  caller.send({ type: 'method_call', destination: ':1.2', path: '/', member: 'Ask' });
  deaf.queuedBytes = 2 ** 30;
  callee.take();
  for (const init of [
    { destination: 'no.such.Name' },
    { destination: 'no.such.Name', type: 'signal' },
    { destination: ':1.2', type: 'method_return', replySerial: 5 },
    { destination: ':1.2' },
    { destination: ':1.3', flags: 1 },
  ] as const) {
    const wiped = await wipedWhile(() => assert.deepEqual(sendSecret(bus, caller, init), WIPED));
    assert.deepEqual(wiped, { messages: 1, arrays: 1 }, JSON.stringify(init));
  }
  assert.deepEqual([callee.take(), deaf.take()], [[], []]);
  assert.equal(deaf.isClosed, false);
  assert.deepEqual(
    caller.take().map(({ errorName }) => errorName?.replace(/.*\./u, '')),
    ['ServiceUnknown', 'LimitsExceeded'],
  );
});

// @rule bus/wipes-what-it-forwards
test('what is delivered, or waits for a service that comes, is left for its receiver', async () => {
  const bus = makeBus({}, new Map([['a.Service', () => Promise.resolve()]]));
  const [caller, callee] = [hello(bus), hello(bus)];
  const wiped = await wipedWhile(async () => {
    sendSecret(bus, caller, { destination: ':1.2' });
    sendSecret(bus, caller, { destination: 'a.Service', serial: 78 });
    await new Promise((resolve) => setImmediate(resolve));
    const request = { member: 'RequestName', signature: 'su', body: ['a.Service', 0] };
    callee.send({ type: 'method_call', ...DRIVER, ...request });
  });
  assert.deepEqual(wiped, { messages: 0, arrays: 2 });
  const bodies = callee.take().filter(({ member }) => member === 'Ask');
  assert.deepEqual(
    bodies.map(({ body }) => body),
    [[new TextEncoder().encode(SECRET)], [new TextEncoder().encode(SECRET)]],
  );
});

// @rule bus/serial-in-use
test('a serial that an unanswered call has is refused, and free again after its answer', () => {
  const bus = makeBus();
  const [caller, callee] = [hello(bus), hello(bus)];
  const ask = { type: 'method_call', destination: ':1.2', path: '/', member: 'Ask' } as const;
  const send = (flags = 0) =>
    bus.receive(caller.peer, decodeMessage(encodeMessage({ ...ask, flags, serial: 9 })));
  const answer = { type: 'method_return', destination: ':1.1', replySerial: 9 } as const;
  send();
  send();
  assert.equal(callee.take().length, 1);
  const [refused] = caller.take();
  assert.equal(refused?.errorName, 'org.freedesktop.DBus.Error.AccessDenied');
  send(1);
  callee.send(answer);
  send();
  assert.deepEqual([callee.take().length, caller.take().length], [2, 1]);
});

test('Hello may leave its interface out, and nothing else', () => {
  const bus = makeBus();
  const { destination, path } = DRIVER;
  const client = connect(bus);
  client.send({ type: 'method_call', destination, path, member: 'Hello' });
  assert.deepEqual(client.take()[0]?.body, [':1.1']);
  for (const wrong of [{ destination: 'a.b' }, { interface: 'a.b' }, { member: 'GetId' }]) {
    const rude = connect(bus);
    rude.send({ type: 'method_call', destination, path, member: 'Hello', ...wrong });
    assert.deepEqual([rude.isClosed, rude.take()], [true, []]);
  }
});

test('calls that want no reply do not count as unanswered', () => {
  const bus = makeBus({ maxPendingRepliesPerConnection: 1 });
  const [caller, callee] = [hello(bus), hello(bus)];
  const ask = { type: 'method_call', destination: ':1.2', path: '/', member: 'Ask' } as const;
  for (const flags of [1, 1, 0, 1]) caller.send({ ...ask, flags });
  assert.equal(callee.take().length, 4);
  assert.equal(bus.hub.pending.countOf(':1.1'), 1);
  caller.send(ask);
  assert.deepEqual(callee.take(), []);
});

// @rule bus/no-auto-start
test('only a call starts a service, and not one that says it must not', () => {
  let started = 0;
  const start = async (): Promise<void> => {
    started += 1;
  };
  const bus = makeBus({}, new Map([['a.Service', start]]));
  const caller = hello(bus);
  const to = { destination: 'a.Service', path: '/', interface: 'a.b', member: 'Ask' };
  caller.send({ ...to, type: 'signal' });
  caller.send({ ...to, type: 'method_call', flags: 2 });
  const [refused] = caller.take();
  assert.equal(refused?.errorName, 'org.freedesktop.DBus.Error.NameHasNoOwner');
  assert.equal(started, 0);
  caller.send({ ...to, type: 'method_call' });
  assert.deepEqual([started, caller.take()], [1, []]);
});

test('what is no call does nothing at the bus, and without a destination only signals go out', () => {
  const bus = makeBus();
  const [sender, listener] = [hello(bus), hello(bus)];
  driverCall(listener, 'AddMatch', 's', ["sender=':1.1'"]);
  sender.send({ type: 'signal', ...DRIVER, member: 'GetId' });
  sender.send({ type: 'error', replySerial: 1, errorName: 'a.b.C' });
  sender.send({ type: 'method_return', replySerial: 1 });
  const strange = { type: 'unknown', typeCode: 9, serial: 5, flags: 0, signature: '' } as const;
  const rest = { destination: ':1.2', byteOrder: 'little' } as const;
  bus.receive(sender.peer, new Message({ ...strange, ...rest, body: [] }));
  assert.deepEqual([sender.take(), listener.take()], [[], []]);
  assert.equal(sender.isClosed, false);
});

test('who must not send, and what the bus itself is sent, leaves nothing behind either', () => {
  const bus = makeBus();
  const [monitor, caller] = [hello(bus), hello(bus)];
  const { destination } = DRIVER;
  assert.deepEqual(sendSecret(bus, connect(bus), { destination }), WIPED);
  assert.deepEqual(sendSecret(bus, caller, { destination }), WIPED);
  assert.deepEqual(sendSecret(bus, caller, { destination, type: 'signal' }), WIPED);
  bus.hub.becomeMonitor(monitor.peer, []);
  assert.deepEqual(sendSecret(bus, monitor, { destination: ':1.2' }), WIPED);
});

// @rule bus/wipes-what-it-refuses
test('what waited for a service that does not come is wiped, and what is too much for it', async () => {
  const services = new Map<string, () => Promise<void>>([
    ['a.Failing', () => Promise.reject(new Error('no'))],
    ['a.Deaf', () => Promise.resolve()],
  ]);
  const bus = makeBus({}, services);
  const [caller, deaf] = [hello(bus), hello(bus)];
  const failed = await wipedWhile(async () => {
    sendSecret(bus, caller, { destination: 'a.Failing' });
    await new Promise((resolve) => setImmediate(resolve));
  });
  assert.deepEqual([failed.messages, caller.take()[0]?.type], [1, 'error']);
  const refused = await wipedWhile(() => {
    sendSecret(bus, caller, { destination: 'a.Deaf' });
    deaf.queuedBytes = 2 ** 30;
    const request = { member: 'RequestName', signature: 'su', body: ['a.Deaf', 0] };
    deaf.send({ type: 'method_call', ...DRIVER, ...request });
  });
  assert.deepEqual([refused.messages, caller.take()[0]?.type], [1, 'error']);
});

// @rule bus/wipes-what-it-refuses
test('what a monitor has still to read is left to it', async () => {
  const bus = makeBus();
  const [monitor, caller] = [hello(bus), hello(bus)];
  bus.hub.becomeMonitor(monitor.peer, []);
  const wiped = await wipedWhile(() => void sendSecret(bus, caller, { destination: 'no.Name' }));
  assert.deepEqual(wiped, { messages: 0, arrays: 1 });
});

// @rule bus/waiting-calls-of-leavers
test('a call of somebody who has left before its service came up reaches nobody', async () => {
  const bus = makeBus({}, new Map([['a.Service', () => Promise.resolve()]]));
  const [leaver, stayer, service] = [hello(bus), hello(bus), hello(bus)];
  const wiped = await wipedWhile(() => {
    sendSecret(bus, leaver, { destination: 'a.Service' });
    sendSecret(bus, stayer, { destination: 'a.Service', member: 'Stay' });
    bus.detach(leaver.peer);
    const request = { member: 'RequestName', signature: 'su', body: ['a.Service', 0] };
    service.send({ type: 'method_call', ...DRIVER, ...request });
  });
  const calls = service.take().filter(({ type }) => type === 'method_call');
  assert.deepEqual(
    calls.map(({ member, sender }) => [member, sender]),
    [['Stay', ':1.2']],
  );
  assert.equal(wiped.messages, 1);
  assert.equal(bus.hub.pending.countOf(':1.1'), 0);
});

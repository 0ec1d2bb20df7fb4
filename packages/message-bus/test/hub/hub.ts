import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { connect, DRIVER, driverCall, hello, makeBus } from '../support/clients.ts';

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

// @rule bus/slow-reader
test('what can no longer be sent to somebody is wiped, where it was theirs alone', () => {
  const bus = makeBus();
  const deaf = hello(bus);
  deaf.queuedBytes = 2 ** 30;
  const [theirs, others] = [Uint8Array.of(1), Uint8Array.of(2)];
  bus.hub.send(deaf.peer, theirs, true);
  bus.hub.send(deaf.peer, others);
  assert.deepEqual([theirs[0], others[0], deaf.isClosed, deaf.take()], [0, 2, true, []]);
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

test('a monitor sees what its rules select, the answers of the bus too, and is no client', () => {
  const bus = makeBus();
  const [monitor, caller] = [hello(bus), hello(bus)];
  driverCall(monitor, 'AddMatch', 's', ["member='Other'"]);
  monitor.send({
    type: 'method_call',
    ...DRIVER,
    interface: 'org.freedesktop.DBus.Monitoring',
    member: 'BecomeMonitor',
    signature: 'asu',
    body: [["member='Watched'", "type='error'"], 0],
  });
  monitor.take();
  const signal = { type: 'signal', path: '/', interface: 'a.b' } as const;
  for (const member of ['Other', 'Watched', 'Third']) caller.send({ ...signal, member });
  driverCall(caller, 'Nothing');
  assert.deepEqual(
    monitor.take().map(({ type, member }) => [type, member]),
    [
      ['signal', 'Watched'],
      ['error', undefined],
    ],
  );
  assert.equal(driverCall(caller, 'NameHasOwner', 's', [':1.1']).body[0], false);
  bus.detach(monitor.peer);
  caller.send({ ...signal, member: 'Watched' });
  assert.deepEqual(monitor.take(), []);
});

test('the bus answers no call that wants no reply, and numbers what it says', () => {
  const bus = makeBus();
  const client = hello(bus);
  const call = { type: 'method_call', ...DRIVER, flags: 1 } as const;
  client.send({ ...call, member: 'GetId' });
  client.send({ ...call, member: 'Nothing' });
  assert.deepEqual(client.take(), []);
  const [first, second] = [driverCall(client, 'GetId'), driverCall(client, 'GetId')];
  assert.ok(first.serial < second.serial);
  // Nobody answers an answer.
  assert.deepEqual([first.flags, second.flags], [1, 1]);
});

test('a service that does not come up is told to who asked for it', async () => {
  const start = (): Promise<void> => Promise.reject(new Error('no'));
  const caller = hello(makeBus({}, new Map([['org.example.Hosted', start]])));
  const serial = caller.send({
    type: 'method_call',
    ...DRIVER,
    member: 'StartServiceByName',
    signature: 'su',
    body: ['org.example.Hosted', 0],
  });
  for (let turn = 0; turn < 9; turn += 1) await Promise.resolve();
  const [error] = caller.take();
  assert.deepEqual([error?.type, error?.replySerial], ['error', serial]);
});

test('who leaves before it has said Hello takes nobody along', () => {
  const bus = makeBus();
  const silent = connect(bus);
  const client = hello(bus);
  bus.detach(silent.peer);
  bus.detach(silent.peer);
  assert.equal(driverCall(client, 'NameHasOwner', 's', [':1.1']).body[0], true);
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

// @rule bus/slow-reader
test('however many are cut off because others are, the bus goes on', () => {
  const bus = makeBus();
  const watcher = hello(bus);
  const clients = Array.from({ length: 2000 }, () => hello(bus));
  for (const client of clients) {
    client.peer.addRule({ member: 'NameOwnerChanged' });
    client.queuedBytes = 2 ** 30;
    client.link.close = () => {
      client.isClosed = true;
      bus.detach(client.peer);
    };
  }
  bus.detach(hello(bus).peer);
  assert.deepEqual(driverCall(watcher, 'ListNames').body, [['org.freedesktop.DBus', ':1.1']]);
  assert.equal(
    clients.every(({ isClosed }) => isClosed),
    true,
  );
});

/** Many clients at once, and bad ones among them: everybody else gets the right answers. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { type Connection, connect, encodeMessage } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { type BusLimits, startMessageBus } from '../src/index.ts';
import { AUTHENTICATION, rawClient, socketPath } from '../test/support/raw-client.ts';

const CLIENTS = 50;
const CALLS_EACH = 200;
const PATH = '/org/example/Echo';
const INTERFACE = 'org.example.Echo';

const DRIVER = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

/** Connections that answer each other: what was asked, by whom, and their own place in the row. */
async function crowd(address: string, count: number): Promise<Connection[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => connect({ address })));
  for (const [index, connection] of connections.entries()) {
    connection.export(PATH, {
      handleCall: ({ body, sender }) => ({
        signature: 'susu',
        body: [body[0], body[1], sender, index],
      }),
    });
  }
  return connections;
}

/** Each one calls all the others in turn, all of them at once; resolves to how many were answered. */
async function everybodyCalls(connections: readonly Connection[], each: number): Promise<number> {
  let answered = 0;
  await Promise.all(
    connections.map(async (connection, index) => {
      for (let number = 0; number < each; number += 1) {
        const other = (index + number + 1) % connections.length;
        const question = `from ${index} to ${other}`;
        const { body, sender } = await connection.call({
          destination: connections[other]?.uniqueName ?? '',
          path: PATH,
          interface: INTERFACE,
          member: 'Echo',
          signature: 'su',
          body: [question, number],
        });
        assert.deepEqual(body, [question, number, connection.uniqueName, other]);
        assert.equal(sender, connections[other]?.uniqueName);
        answered += 1;
      }
    }),
  );
  return answered;
}

test('fifty clients at once, 10,000 calls: each answer is the right one', async () => {
  await using bus = await startMessageBus();
  const connections = await crowd(bus.address, CLIENTS);
  assert.equal(new Set(connections.map(({ uniqueName }) => uniqueName)).size, CLIENTS);
  assert.equal(await everybodyCalls(connections, CALLS_EACH), CLIENTS * CALLS_EACH);
  await Promise.all(connections.map((connection) => connection.close()));
});

const HELLO = encodeMessage({ ...DRIVER, type: 'method_call', serial: 1, member: 'Hello' });

/** A socket that has said Hello and reads nothing; `closed` tells when the bus hangs up. */
async function deafClient(address: string): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const socket = connectSocket(socketPath(address));
  // A paused socket tells nothing of its end; writing to it does.
  const closed = new Promise((resolve) => {
    socket.on('error', resolve);
    socket.on('close', resolve);
  });
  await once(socket, 'connect');
  socket.write(AUTHENTICATION);
  socket.write(HELLO);
  return { socket, closed };
}

/** Writes calls without end, until the bus hangs up. */
async function flood(
  { socket, closed }: { readonly socket: Socket; readonly closed: Promise<unknown> },
  member: string,
): Promise<void> {
  const calls = Array.from({ length: 500 }, (_, index) =>
    encodeMessage({ ...DRIVER, type: 'method_call', serial: index + 2, member }),
  );
  const batch = Buffer.concat(calls);
  let isOver = false;
  void closed.then(() => {
    isOver = true;
  });
  while (!isOver) {
    if (!socket.write(batch)) await Promise.race([once(socket, 'drain'), closed]);
  }
}

const LIMITS: Partial<BusLimits> = { maxQueuedBytes: 256 * 1024 };
const GOOD = 10;

test('a client that floods and does not read is cut off; the others notice nothing', async () => {
  await using bus = await startMessageBus({ limits: LIMITS });
  const connections = await crowd(bus.address, GOOD);
  const flooded = flood(await deafClient(bus.address), 'ListNames');
  assert.equal(await everybodyCalls(connections, CALLS_EACH), GOOD * CALLS_EACH);
  await flooded;
  assert.equal(await everybodyCalls(connections, 10), GOOD * 10);
  assert.equal(bus.clientCount, GOOD);
  await Promise.all(connections.map((connection) => connection.close()));
});

test('a client that floods and reads does not starve the others', async () => {
  await using bus = await startMessageBus();
  const connections = await crowd(bus.address, GOOD);
  const { socket, closed } = await deafClient(bus.address);
  socket.resume();
  const flooded = flood({ socket, closed }, 'GetId');
  assert.equal(await everybodyCalls(connections, CALLS_EACH), GOOD * CALLS_EACH);
  // It was still at it, and still welcome, when the others were done.
  assert.equal(bus.clientCount, GOOD + 1);
  socket.destroy();
  await flooded;
  await Promise.all(connections.map((connection) => connection.close()));
});

test('a client that floods another one with large calls is slowed down, and cuts nobody off', async () => {
  await using bus = await startMessageBus({ limits: { maxQueuedBytes: 4 * 1024 * 1024 } });
  const [victim, other] = await crowd(bus.address, 2);
  assert.ok(victim !== undefined && other !== undefined);
  const { socket } = await deafClient(bus.address);
  const large = encodeMessage({
    ...{ type: 'method_call', serial: 2, flags: 1, destination: victim.uniqueName ?? '' },
    ...{ path: PATH, interface: INTERFACE, member: 'Echo', signature: 's' },
    body: ['x'.repeat(1024 * 1024)],
  });
  const flooded = (async () => {
    for (let sent = 0; sent < 100; sent += 1) {
      if (!socket.write(large)) await once(socket, 'drain');
    }
  })();
  assert.equal(await everybodyCalls([victim, other], 50), 100);
  await flooded;
  assert.equal(bus.clientCount, 3);
  socket.destroy();
  await Promise.all([victim.close(), other.close()]);
});

test('a subscriber that never reads is cut off; the other subscribers miss nothing', async () => {
  await using bus = await startMessageBus({ limits: LIMITS });
  const deaf = await deafClient(bus.address);
  deaf.socket.write(
    encodeMessage({
      ...DRIVER,
      type: 'method_call',
      serial: 2,
      member: 'AddMatch',
      signature: 's',
      body: [`type='signal',interface='${INTERFACE}'`],
    }),
  );
  const { address } = bus;
  const [sender, listener] = [await connect({ address }), await connect({ address })];
  const signals = listener.signals({
    type: 'signal',
    sender: sender.uniqueName ?? '',
    interface: INTERFACE,
  });
  await signals.ready;
  const COUNT = 400;
  const filling = 'x'.repeat(4096);
  const received: unknown[] = [];
  const listening = (async () => {
    for await (const { body } of signals) {
      received.push(body[0]);
      if (received.length === COUNT) return;
    }
  })();
  for (let number = 0; number < COUNT; number += 1) {
    await sender.emit({
      path: PATH,
      interface: INTERFACE,
      member: 'Tick',
      signature: 'us',
      body: [number, filling],
    });
    // A round trip now and then, so that what this side has queued is not what is measured.
    if (number % 10 === 0) await sender.call({ ...DRIVER, member: 'GetId' });
  }
  await listening;
  assert.deepEqual(
    received,
    Array.from({ length: COUNT }, (_, number) => number),
  );
  assert.equal(signals.dropped, 0);
  assert.equal(bus.clientCount, 2);
  deaf.socket.destroy();
  await Promise.all([sender.close(), listener.close()]);
});

test('clients that send garbage are cut off; the others notice nothing', async () => {
  await using bus = await startMessageBus();
  const connections = await crowd(bus.address, GOOD);
  const busy = everybodyCalls(connections, CALLS_EACH);
  const nonsense = Buffer.from('This is no message at all, and there is a lot of it. '.repeat(100));
  const endless = Buffer.from(HELLO);
  endless.writeUInt32LE(0xffff_ffff, 4);
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.concat([Buffer.from(AUTHENTICATION), nonsense]),
    Buffer.concat([Buffer.from(AUTHENTICATION), endless]),
    Buffer.concat([Buffer.from(AUTHENTICATION), HELLO, nonsense]),
  ]) {
    const { socket, closed } = await rawClient(bus.address);
    socket.write(bytes);
    await closed;
  }
  assert.equal(await busy, GOOD * CALLS_EACH);
  assert.equal(bus.clientCount, GOOD);
  await Promise.all(connections.map((connection) => connection.close()));
});

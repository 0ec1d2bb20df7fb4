import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { connect, encodeMessage } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { beginningsWipedWhile, SECRET, wipedWhile } from '../../../../test-fixtures/src/wiped.ts';
import { Bus } from '../../src/bus.ts';
import type { Link } from '../../src/hub/peer.ts';
import { makeBusFolder, removeBusFolder } from '../../src/io/bus-folder.ts';
import { ClientSocket } from '../../src/io/client-socket.ts';
import { startMessageBus } from '../../src/io/start-message-bus.ts';
import { DEFAULT_BUS_LIMITS } from '../../src/limits.ts';
import { AUTHENTICATION, rawClient, socketPath } from '../support/raw-client.ts';

const HELLO = encodeMessage({
  type: 'method_call',
  serial: 1,
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
});

/** Nobody is shown out for being slow, so that it is for what is tested. */
const PATIENT = { limits: { authTimeoutMs: 2 ** 31 - 1 } };

// @rule bus/auth-failure-disconnects
test('whoever does not authenticate is shown out', async () => {
  await using bus = await startMessageBus(PATIENT);
  for (const opening of ['GET / HTTP/1.1\r\n\r\n', '\0BEGIN\r\n', `\0${'A'.repeat(20_000)}`]) {
    const { socket, closed } = await rawClient(bus.address);
    socket.write(opening);
    await closed;
  }
  assert.equal(bus.clientCount, 0);
});

// @rule bus/malformed-disconnects
test('a malformed message ends its connection, and nobody else notices', async () => {
  await using bus = await startMessageBus(PATIENT);
  await using other = await connect({ address: bus.address });
  const { socket, closed } = await rawClient(bus.address);
  socket.write(AUTHENTICATION);
  socket.write(HELLO);
  const damaged = HELLO.slice();
  damaged[3] = 2;
  socket.write(damaged);
  await closed;
  const reply = await other.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'ListNames',
  });
  assert.deepEqual(reply?.body, [['org.freedesktop.DBus', other.uniqueName]]);
});

// @rule bus/wipes-what-it-forwards
test('what came before a malformed message is wiped as it is dropped', async () => {
  await using bus = await startMessageBus(PATIENT);
  const { socket, closed } = await rawClient(bus.address);
  const secret = encodeMessage({
    ...{ type: 'method_call', serial: 2, destination: 'a.b', path: '/', member: 'Take' },
    ...{ signature: 'ay', body: [new TextEncoder().encode(SECRET)] },
  });
  const damaged = HELLO.slice();
  damaged[3] = 2;
  const wiped = await wipedWhile(async () => {
    socket.write(Buffer.concat([Buffer.from(AUTHENTICATION), HELLO, secret, damaged]));
    await closed;
  });
  assert.equal(wiped.arrays, 1);
});

// @rule bus/wipes-what-it-forwards
test('half a message of a client that hangs up is wiped', async () => {
  await withPair(async (client, reader, socket) => {
    const secret = encodeMessage({
      ...{ type: 'method_call', serial: 2, destination: 'a.b', path: '/', member: 'Take' },
      ...{ signature: 'ay', body: [new TextEncoder().encode(`${SECRET}!`)] },
    });
    const wiped = await beginningsWipedWhile(async () => {
      reader.write(AUTHENTICATION);
      reader.write(HELLO);
      while (!client.isComplete) await once(socket, 'data');
      const isRead = once(socket, 'data');
      reader.write(secret.subarray(0, -1));
      await isRead;
      const isOver = once(socket, 'close');
      reader.resume().end();
      await isOver;
    });
    assert.equal(wiped, 1);
  });
});

test('a message that is larger than allowed is refused before it is there', async () => {
  await using bus = await startMessageBus({
    limits: { ...PATIENT.limits, maxMessageBytes: 1024 },
  });
  const { socket, closed } = await rawClient(bus.address);
  socket.write(AUTHENTICATION);
  socket.write(HELLO);
  const announced = new Uint8Array(16);
  announced.set(HELLO.subarray(0, 16));
  new DataView(announced.buffer).setUint32(4, 2048, true);
  socket.write(announced);
  await closed;
});

function call(destination: string, text: string): Uint8Array {
  return encodeMessage({
    ...{ type: 'method_call', serial: 2, flags: 1, destination, path: '/', member: 'Take' },
    ...{ signature: 's', body: [text] },
  });
}

// @rule bus/stalled-reader
test('whoever reads nothing is cut off when others have waited long enough, and they go on', async () => {
  await using bus = await startMessageBus({ limits: { stallTimeoutMs: 50 } });
  const deaf = connectSocket(socketPath(bus.address));
  deaf.on('error', () => {});
  await once(deaf, 'connect');
  deaf.write(AUTHENTICATION);
  deaf.write(HELLO);
  await using watcher = await connect({ address: bus.address });
  const { socket } = await rawClient(bus.address);
  socket.write(AUTHENTICATION);
  socket.write(HELLO);
  const big = call(':1.1', 'x'.repeat(2 ** 20));
  for (let count = 0; count < 8; count += 1) socket.write(big);
  socket.write(call(watcher.uniqueName ?? '', 'last'));
  const last = new Promise((resolve) => {
    watcher.export('/', {
      handleCall: ({ body }) => {
        resolve(body[0]);
        return {};
      },
    });
  });
  assert.equal(await last, 'last');
  assert.equal(bus.clientCount, 2);
  socket.destroy();
  deaf.destroy();
});

test('whoever waits for a client that is behind goes on each time that it has read', async () => {
  await withPair(async (client, reader) => {
    let resumed = (): void => {};
    let pauses = 0;
    const waiting: Link = {
      ...{ queuedBytes: 0, send: () => {}, close: () => {}, hold: () => {} },
      pause: () => {
        pauses += 1;
      },
      resume: () => {
        pauses -= 1;
        resumed();
      },
    };
    for (let round = 0; round < 2; round += 1) {
      reader.pause();
      client.send(new Uint8Array(2 ** 24), false);
      client.hold(waiting);
      client.hold(waiting);
      assert.equal(pauses, 1);
      const goesOn = new Promise<void>((resolve) => {
        resumed = resolve;
      });
      reader.resume();
      await goesOn;
      assert.equal(pauses, 0);
    }
  });
});

test('a client that two others hold is read from when both have let it go', async () => {
  await withPair(async (client, _reader, socket) => {
    client.pause();
    client.pause();
    client.resume();
    assert.equal(socket.isPaused(), true);
    client.resume();
    assert.equal(socket.isPaused(), false);
  });
});

test('bytes that are to be wiped are, once they have left', async () => {
  await withPair(async (client, reader) => {
    const [secret, other] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)];
    client.send(secret, true);
    client.send(other, false);
    const received: number[] = [];
    while (received.length < 6) received.push(...(await once(reader, 'data'))[0]);
    assert.deepEqual(received, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...secret, ...other], [0, 0, 0, 4, 5, 6]);
  });
});

/** One client without a bus around it, and the socket at its other end. */
async function withPair(
  work: (client: ClientSocket, reader: Socket, socket: Socket) => Promise<void>,
): Promise<void> {
  const folder = await makeBusFolder();
  const address = path.join(folder, 'socket');
  const server = createServer().listen(address);
  try {
    const accepted = once(server, 'connection');
    const reader = connectSocket(address);
    const [socket] = await accepted;
    const client = new ClientSocket({ socket, bus: idleBus(), gone: () => {} });
    await work(client, reader, socket).finally(() => {
      client.close();
      reader.destroy();
    });
  } finally {
    server.close();
    await removeBusFolder(folder);
  }
}

function idleBus(): Bus {
  const id = '0123456789abcdef0123456789abcdef';
  const activation = { services: new Map(), startDeadline: () => () => {} };
  return new Bus({ id, machineId: id, userId: 0, limits: DEFAULT_BUS_LIMITS, activation });
}

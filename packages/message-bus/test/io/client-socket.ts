import assert from 'node:assert/strict';
import { connect, encodeMessage } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { startMessageBus } from '../../src/io/start-message-bus.ts';
import { AUTHENTICATION, rawClient } from '../support/raw-client.ts';

const HELLO = encodeMessage({
  type: 'method_call',
  serial: 1,
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
});

// @rule bus/auth-failure-disconnects
test('whoever does not authenticate is shown out', async () => {
  await using bus = await startMessageBus();
  for (const opening of ['GET / HTTP/1.1\r\n\r\n', '\0BEGIN\r\n', `\0${'A'.repeat(20_000)}`]) {
    const { socket, closed } = await rawClient(bus.address);
    socket.write(opening);
    await closed;
  }
  assert.equal(bus.clientCount, 0);
});

// @rule bus/malformed-disconnects
test('a malformed message ends its connection, and nobody else notices', async () => {
  await using bus = await startMessageBus();
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

test('a message that is larger than allowed is refused before it is there', async () => {
  await using bus = await startMessageBus({ limits: { maxMessageBytes: 1024 } });
  const { socket, closed } = await rawClient(bus.address);
  socket.write(AUTHENTICATION);
  socket.write(HELLO);
  const announced = new Uint8Array(16);
  announced.set(HELLO.subarray(0, 16));
  new DataView(announced.buffer).setUint32(4, 2048, true);
  socket.write(announced);
  await closed;
});

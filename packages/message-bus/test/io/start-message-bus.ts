import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@keywire/dbus-wire';
import {
  asOtherUser,
  noEffectiveUser,
  OTHER_USER,
} from '../../../../test-fixtures/src/effective-user.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { makeBusFolder, removeBusFolder } from '../../src/io/bus-folder.ts';
import { startMessageBus } from '../../src/io/start-message-bus.ts';
import { AUTHENTICATION, rawClient, socketPath } from '../support/raw-client.ts';

const DRIVER = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

test('the socket is 0600 in a folder of its own, and both go with the bus', async () => {
  const bus = await startMessageBus();
  const socket = socketPath(bus.address);
  assert.equal(statSync(socket).mode & 0o777, 0o600);
  await bus.close();
  assert.equal(existsSync(path.dirname(socket)), false);
});

// @rule bus/listens-on-paths-only
test('the bus listens on nothing that others could reach', async () => {
  for (const address of [
    'tcp:host=127.0.0.1,port=0',
    'unix:abstract=x',
    'unix',
    'unix:path=%zz',
    'unix:path=/a;unix:path=/b',
  ]) {
    await assert.rejects(startMessageBus({ address }), { code: 'address-not-supported' });
  }
});

test('an address may be chosen; a taken or too long one is refused', async () => {
  const folder = await makeBusFolder();
  try {
    const address = `unix:path=${folder}/socket`;
    await using bus = await startMessageBus({ address });
    assert.ok(bus.address.startsWith(`${address},guid=`));
    await assert.rejects(startMessageBus({ address }), { code: 'address-in-use' });
    await assert.rejects(startMessageBus({ address: `unix:path=${folder}/${'x'.repeat(108)}` }), {
      code: 'path-too-long',
    });
  } finally {
    await removeBusFolder(folder);
  }
});

// @rule bus/connection-limit
test('the connection beyond the limit is not taken', async () => {
  // Nobody is shown out for being slow.
  const authTimeoutMs = 2 ** 31 - 1;
  // Nor does another bus that starts look whether this one lives, which would be a connection.
  const folder = await makeBusFolder();
  const address = `unix:path=${folder}/elsewhere`;
  try {
    for (const limit of [{ maxIncompleteConnections: 1 }, { maxConnections: 1 }]) {
      await using bus = await startMessageBus({ address, limits: { authTimeoutMs, ...limit } });
      const first = await rawClient(bus.address);
      const second = await rawClient(bus.address);
      await second.closed;
      assert.equal(first.socket.closed, false);
      first.socket.destroy();
    }
  } finally {
    await removeBusFolder(folder);
  }
});

test('as many programs as a test run starts may come in the same moment', async () => {
  await using bus = await startMessageBus();
  const { address } = bus;
  const clients = await Promise.all(Array.from({ length: 300 }, () => connect({ address })));
  assert.equal(bus.clientCount, 300);
  await Promise.all(clients.map((client) => client.close()));
});

test('whoever has not said Hello is no client yet', async () => {
  await using bus = await startMessageBus();
  const { socket } = await rawClient(bus.address);
  socket.write(AUTHENTICATION);
  await using client = await connect({ address: bus.address });
  await client.call({ ...DRIVER, member: 'GetId' });
  assert.equal(bus.clientCount, 1);
  socket.destroy();
});

// @rule bus/auth-time
test('whoever does not say Hello in time is shown out', async () => {
  await using bus = await startMessageBus({ limits: { authTimeoutMs: 30 } });
  const [silent, halfway] = [await rawClient(bus.address), await rawClient(bus.address)];
  halfway.socket.write(AUTHENTICATION);
  await Promise.all([silent.closed, halfway.closed]);
});

test('without a limit in time nobody is shown out', async () => {
  await using bus = await startMessageBus({ limits: { authTimeoutMs: Number.POSITIVE_INFINITY } });
  await using client = await connect({ address: bus.address });
  assert.equal(client.uniqueName, ':1.1');
});

// @rule bus/process-id-unknown
// @rule bus/driver-signature
// @rule bus/reserved-names
test('the driver refuses what it cannot know, wrong arguments and reserved names', async () => {
  await using bus = await startMessageBus();
  await using client = await connect({ address: bus.address });
  const call = (member: string, signature: string, body: readonly unknown[]) =>
    client.call({ ...DRIVER, member, signature, body });
  const error = (name: string) => ({ errorName: `org.freedesktop.DBus.Error.${name}` });
  await assert.rejects(
    call('GetConnectionUnixProcessID', 's', [client.uniqueName]),
    error('UnixProcessIdUnknown'),
  );
  await assert.rejects(call('GetNameOwner', 'u', [1]), error('InvalidArgs'));
  for (const name of ['org.freedesktop.DBus', ':1.1', 'no dots']) {
    await assert.rejects(call('RequestName', 'su', [name, 0]), error('InvalidArgs'));
  }
});

test('a hosted service is started by the first call to it', async () => {
  const name = 'org.example.Hosted';
  await using bus = await startMessageBus({
    services: {
      [name]: async () => {
        const service = await connect({ address: bus.address });
        service.export('/', { handleCall: () => ({ signature: 's', body: ['here'] }) });
        await service.requestName(name);
      },
    },
  });
  await using client = await connect({ address: bus.address });
  const reply = await client.call({
    destination: name,
    path: '/',
    interface: 'a.b',
    member: 'Where',
  });
  assert.deepEqual(reply?.body, ['here']);
});

test('services that nobody could own or start are refused', async () => {
  for (const services of [{ bad: async () => {} }, { ':1.5': async () => {} }, { 'a.b': 5 }]) {
    await assert.rejects(Reflect.apply(startMessageBus, undefined, [{ services }]), {
      name: 'TypeError',
      message: /^services: expected /u,
    });
  }
});

// @rule bus/option-names
test('an option that there is not is refused: another address would be listened on', async () => {
  for (const [options, message] of [
    [{ adress: 'unix:path=/x' }, /^options: expected address, limits, services, got "adress"$/u],
    [{ toString: 5 }, /^options: expected address, limits, services, got "toString"$/u],
    ['unix:path=/x', /^options: expected an object, got string$/u],
    [null, /^options: expected an object, got null$/u],
  ]) {
    await assert.rejects(Reflect.apply(startMessageBus, undefined, [options]), {
      name: 'TypeError',
      message,
    });
  }
});

const cannotSwitch = noEffectiveUser();
if (cannotSwitch !== undefined) test.skip('a bus of another effective user', cannotSwitch);
else {
  // @rule bus/private-folder
  test('a bus is one of the user whom its process acts as', async () => {
    const parent = mkdtempSync(path.join(tmpdir(), 'kw-effective-'));
    const folder = path.join(parent, 'mine');
    mkdirSync(folder, { mode: 0o700 });
    chmodSync(parent, 0o755);
    try {
      await asOtherUser(folder, async () => {
        await using bus = await startMessageBus({ address: `unix:path=${folder}/bus` });
        await using client = await connect({ address: bus.address });
        const name = client.uniqueName;
        const call = { ...DRIVER, member: 'GetConnectionUnixUser', signature: 's', body: [name] };
        assert.deepEqual((await client.call(call)).body, [OTHER_USER]);
        await using own = await startMessageBus();
        assert.equal(statSync(path.dirname(socketPath(own.address))).uid, OTHER_USER);
        await assert.rejects(startMessageBus({ address: `unix:path=${parent}/bus` }), {
          code: 'unsafe-folder',
        });
      });
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
}

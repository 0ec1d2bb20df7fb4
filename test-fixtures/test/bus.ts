import assert from 'node:assert/strict';
import { test } from '../src/harness.ts';
import { type Bus, type BusOptions, bootBus, gdbusCall, ownerPid } from '../src/index.ts';
import { type Requirement, requires } from '../src/requires.ts';
import { leftovers } from './support/leftovers.ts';

const SECRETS = 'org.freedesktop.secrets';

const BUSES: readonly { name: string; options: BusOptions; address: RegExp }[] = [
  { name: 'dbus-daemon, unix', options: {}, address: /^unix:path=\/tmp\/kw-\w+\/bus,guid=/u },
  {
    name: 'dbus-daemon, abstract',
    options: { address: 'abstract' },
    address: /^unix:abstract=\/tmp\/kw-\w+\/bus,guid=/u,
  },
  {
    name: 'dbus-daemon, tcp, anonymous',
    options: { address: 'tcp', auth: ['ANONYMOUS'], anonymous: true },
    address: /^tcp:host=127\.0\.0\.1,port=\d+,family=ipv4,guid=/u,
  },
  {
    name: 'dbus-daemon, nonce-tcp, cookie',
    options: { address: 'nonce-tcp', auth: ['DBUS_COOKIE_SHA1'] },
    address: /^nonce-tcp:host=127\.0\.0\.1,port=\d+,family=ipv4,noncefile=\/tmp\/kw-/u,
  },
  {
    name: 'dbus-broker, unix',
    options: { implementation: 'dbus-broker' },
    address: /^unix:path=\/tmp\/kw-\w+\/bus$/u,
  },
  {
    name: 'dbus-broker, abstract',
    options: { implementation: 'dbus-broker', address: 'abstract' },
    address: /^unix:abstract=\/tmp\/kw-\w+\/bus$/u,
  },
];

for (const { name, options, address } of BUSES) {
  onBus(name, options, async (bus) => {
    assert.match(bus.address, address);
    assert.equal(bus.env['DBUS_SESSION_BUS_ADDRESS'], bus.address);
    assert.match(await listNames(bus), /'org\.freedesktop\.DBus', ':1\.\d+'/u);
    assert.ok(leftovers(bus.workspace.folder).length >= 2, 'folder and bus are seen as there');
  });
}

onBus(
  'a service that the bus started is ended with it',
  { services: [{ name: SECRETS, exec: '/usr/bin/gnome-keyring-daemon --start --foreground' }] },
  async (bus) => {
    await gdbusCall(bus, {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      method: 'org.freedesktop.DBus.StartServiceByName',
      args: [SECRETS, '0'],
    });
    const pid = await ownerPid(bus, SECRETS);
    assert.ok(leftovers(bus.workspace.folder).includes(`process ${pid}`));
  },
  'gnome-keyring',
);

onBus('a bus that is killed is gone, and its folder stays', {}, async (bus) => {
  await bus.kill();
  await assert.rejects(listNames(bus), { name: 'FixtureError', code: 'command-failed' });
});

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  onBus(`${implementation} is started again on its socket`, { implementation }, async (bus) => {
    const { address, pid } = bus;
    await bus.restart();
    assert.notEqual(bus.pid, pid);
    assert.equal(bus.address.split(',')[0], address.split(',')[0]);
    assert.equal(bus.env['DBUS_SESSION_BUS_ADDRESS'], bus.address);
    assert.match(await listNames(bus), /'org\.freedesktop\.DBus', ':1\.\d+'/u);
  });
}

onBus('a name without an owner has no process', {}, async (bus) => {
  assert.equal(await ownerPid(bus, 'org.keywire.Nobody'), undefined);
});

function onBus(
  name: string,
  options: BusOptions,
  body: (bus: Bus) => Promise<void>,
  ...requirements: readonly Requirement[]
): void {
  const missing = requires(options.implementation ?? 'dbus-daemon', ...requirements);
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    const bus = await bootBus(options);
    try {
      await body(bus);
    } finally {
      await bus[Symbol.asyncDispose]();
    }
    assert.deepEqual(leftovers(bus.workspace.folder), []);
  });
}

function listNames(bus: Bus): Promise<string> {
  return gdbusCall(bus, {
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    method: 'org.freedesktop.DBus.ListNames',
  });
}

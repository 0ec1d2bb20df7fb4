// Other buses, and a daemon that the bus has to start first.
// Foreign peers: dbus-broker, and dbus-daemon's activation of gnome-keyring.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  type Bus,
  type BusOptions,
  bootBus,
  bootGnomeKeyring,
  type Requirement,
  requires,
  secretToolLookup,
} from '../../../test-fixtures/src/index.ts';
import { isAvailable, isSecretServiceError, SecretService } from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';

const NAME = 'org.freedesktop.secrets';

function onBus(
  name: string,
  needs: readonly Requirement[],
  options: BusOptions,
  body: (bus: Bus, address: string) => Promise<void>,
): void {
  const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool', ...needs);
  if (missing !== undefined) test.skip(name, missing);
  else {
    test(name, async () => {
      await using bus = await bootBus(options);
      await body(bus, bus.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
    });
  }
}

const activates = (exec: string): BusOptions => ({ services: [{ name: NAME, exec }] });

onBus('dbus-broker', ['dbus-broker'], { implementation: 'dbus-broker' }, async (bus, address) => {
  await using keyring = await bootGnomeKeyring({ bus });
  await using service = SecretService.open({ address });
  await service.store('l', { app: 'broker' }, 'secret');
  assert.equal((await service.lookup({ app: 'broker' }))?.text(), 'secret');
  const theirs = await secretToolLookup(keyring.peerEnv, { app: 'broker' });
  assert.deepEqual(theirs, new TextEncoder().encode('secret'));
  await keyring.kill();
  // The bus may not have told us yet: then the call was on its way to a daemon that left.
  const first = await service.lookup({ app: 'broker' }).catch((error: unknown) => error);
  assert.ok(
    isSecretServiceError(first, 'owner-changed') || isSecretServiceError(first, 'unavailable'),
    String(first),
  );
  await failsWith('unavailable', service.lookup({ app: 'broker' }));
});

onBus(
  'a daemon that the bus starts for the first call',
  [],
  activates('/usr/bin/gnome-keyring-daemon --foreground --components=secrets'),
  async (_bus, address) => {
    assert.equal(await isAvailable({ address }), true);
    await using service = SecretService.open({ address, hasDisplay: false });
    assert.equal(service.owner, undefined);
    await service.store('l', { app: 'x' }, 's', { collection: 'session' });
    assert.match(service.owner ?? '', /^:1\./);
    assert.equal((await service.lookup({ app: 'x' }))?.text(), 's');
  },
);

onBus(
  'a service that never claims its name: unavailable, when the bus gives up',
  [],
  { ...activates('/bin/sleep 60'), serviceStartTimeoutMs: 300 },
  async (_bus, address) => {
    const error = await failsWith('unavailable', SecretService.connect({ address }));
    assert.notEqual(error.advice, '');
  },
);

onBus(
  'a service that never claims its name: our own deadline comes first',
  [],
  activates('/bin/sleep 60'),
  async (_bus, address) => {
    const options = { address, timeouts: { replyMs: 300 } };
    await failsWith('deadline', SecretService.connect(options));
  },
);

onBus(
  'a service that fails to start: unavailable',
  [],
  activates('/bin/false'),
  async (_bus, address) => {
    await failsWith('unavailable', SecretService.connect({ address }));
  },
);

onBus('the bus goes away: everything under way ends', [], {}, async (bus, address) => {
  await using keyring = await bootGnomeKeyring({ bus });
  const service = await SecretService.connect({ address });
  process.kill(keyring.pid, 'SIGSTOP');
  const pending = [
    failsWith('disconnected', service.lookup({ app: 'x' })),
    failsWith('disconnected', service.store('l', { app: 'x' }, 's')),
  ];
  pending.push(failsWith('disconnected', service.events().next()));
  await bus.kill();
  await Promise.all(pending);
  // Connecting again was tried: there is no bus.
  await failsWith('unavailable', service.collections());
  await service.close();
});

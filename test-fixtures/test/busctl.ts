import assert from 'node:assert/strict';
import { test } from '../src/harness.ts';
import { bootBus, busctlCall, requires } from '../src/index.ts';

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  const missing = requires(implementation, 'busctl');
  if (missing !== undefined) {
    test.skip(`busctl on ${implementation}`, missing);
    continue;
  }
  test(`busctl on ${implementation}`, async () => {
    await using bus = await bootBus({ implementation });
    const name = { signature: 's', args: ['org.keywire.Nobody'] };
    const hasOwner = await busctlCall(bus, { ...BUS, member: 'NameHasOwner', ...name });
    assert.deepEqual(hasOwner, { type: 'b', data: [false] });
    const rule = { signature: 's', args: ["type='signal'"] };
    const added = await busctlCall(bus, { ...BUS, member: 'AddMatch', ...rule });
    assert.deepEqual(added, { type: '', data: [] });
    await assert.rejects(busctlCall(bus, { ...BUS, member: 'GetNameOwner', ...name }), {
      code: 'command-failed',
    });
  });
}

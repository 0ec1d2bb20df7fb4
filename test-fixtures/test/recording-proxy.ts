import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { test } from '../src/harness.ts';
import {
  type BusOptions,
  bootBus,
  gdbusCall,
  requires,
  startRecordingProxy,
} from '../src/index.ts';

const missing = requires('dbus-daemon');

const TARGETS: readonly BusOptions[] = [
  {},
  { address: 'tcp', auth: ['ANONYMOUS'], anonymous: true },
];

for (const options of TARGETS) {
  const name = `recording proxy in front of ${options.address ?? 'unix'}`;
  if (missing !== undefined) {
    test.skip(name, missing);
    continue;
  }
  test(name, async () => {
    await using bus = await bootBus(options);
    await using proxy = await startRecordingProxy(bus.address);
    const through = { address: proxy.address, env: bus.env };
    const hasOwner = {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      method: 'org.freedesktop.DBus.NameHasOwner',
    };
    assert.equal(await gdbusCall(through, { ...hasOwner, args: ['org.keywire.Marker'] }), 'false');

    assert.equal(proxy.connections.length, 1);
    assert.equal(proxy.saslLines().at(-1), 'BEGIN');
    const calls = proxy.messages().filter(({ direction }) => direction === 'out');
    assert.deepEqual(
      calls.map(({ type, member, destination, signature }) => [
        type,
        member,
        destination,
        signature,
      ]),
      [
        ['method_call', 'Hello', 'org.freedesktop.DBus', undefined],
        // gdbus asks for the types of the arguments.
        ['method_call', 'Introspect', 'org.freedesktop.DBus', undefined],
        ['method_call', 'NameHasOwner', 'org.freedesktop.DBus', 's'],
      ],
    );
    const replies = proxy.messages().filter(({ type }) => type === 'method_return');
    assert.deepEqual(
      replies.map(({ replySerial, sender }) => [replySerial, sender]),
      calls.map(({ serial }) => [serial, 'org.freedesktop.DBus']),
    );
    // Each SASL line that wants an answer, and each call.
    assert.equal(proxy.flights(), proxy.saslLines().length - 1 + 3);
    assert.ok(proxy.bytesOut() > 0 && proxy.bytesIn() > 0);
    assert.equal(proxy.hasSeen(new TextEncoder().encode('org.keywire.Marker')), true);
    assert.equal(proxy.hasSeen(new TextEncoder().encode('org.keywire.Other')), false);

    proxy.reset();
    assert.equal(proxy.flights(), 0);

    const cut = once(createConnection(proxy.address.replace('unix:path=', '')), 'close');
    await gdbusCall(through, { ...hasOwner, args: ['org.keywire.Marker'] });
    proxy.disconnect();
    await cut;
    assert.equal(await gdbusCall(through, { ...hasOwner, args: ['org.keywire.Marker'] }), 'false');
  });
}

test('recording proxy: an address it cannot follow is refused', async () => {
  await assert.rejects(startRecordingProxy('unixexec:path=/bin/true'), TypeError);
});

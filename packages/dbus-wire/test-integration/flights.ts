/** How often we wait for the bus, counted on the wire. */
import assert from 'node:assert/strict';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import type { BusImplementation } from '../../../test-fixtures/src/daemons/bus-options.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { startRecordingProxy } from '../../../test-fixtures/src/recording-proxy.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import { openConnection } from '../src/io/open-connection.ts';

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

const IMPLEMENTATIONS: readonly BusImplementation[] = ['dbus-daemon', 'dbus-broker'];

for (const implementation of IMPLEMENTATIONS) {
  const missing = requires(implementation);
  if (missing !== undefined) {
    test.skip(`${implementation}: flights`, missing);
    continue;
  }

  test(`${implementation}: authentication, Hello and the first calls are one flight`, async () => {
    await using bus = await bootBus({ implementation });
    await using proxy = await startRecordingProxy(bus.address);
    await using connection = openConnection({ address: proxy.address });
    const watch = connection.watchName('org.example.Name');
    const replies = await Promise.all([
      connection.call({ ...BUS, member: 'ListNames' }),
      connection.call({ ...BUS, member: 'GetId' }),
      watch.ready,
    ]);
    assert.equal(replies.length, 3);
    assert.deepEqual(proxy.saslLines(), ['AUTH EXTERNAL', 'DATA', 'BEGIN']);
    const [recorded, ...others] = proxy.connections;
    assert.equal(others.length, 0);
    // The bus answers each line of the authentication when it reads it; nothing of ours waits.
    const [calls] = [proxy.messages().filter(({ direction }) => direction === 'out')];
    assert.deepEqual(
      calls.map(({ member }) => member),
      ['Hello', 'AddMatch', 'GetNameOwner', 'ListNames', 'GetId'],
    );
    assert.ok(recorded);
    assert.equal(recorded.flights, 1);
    await connection.call({ ...BUS, member: 'GetId' });
    assert.equal(recorded.flights, 2);
  });

  test(`${implementation}: step by step where asked for`, async () => {
    await using bus = await bootBus({ implementation });
    await using proxy = await startRecordingProxy(bus.address);
    await using connection = openConnection({ address: proxy.address, stepwise: true });
    await connection.call({ ...BUS, member: 'GetId' });
    const [first, second] = proxy.saslLines();
    assert.match(first ?? '', /^AUTH EXTERNAL [0-9a-f]+$/);
    assert.equal(second, 'BEGIN');
    assert.equal(proxy.flights(), 2);
  });
}

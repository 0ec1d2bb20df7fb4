import assert from 'node:assert/strict';
import process from 'node:process';
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { collectBus } from '../../../src/io/doctor/bus.ts';

const { signal } = new AbortController();

async function onBus(address: string, isUnlocking = false) {
  const saved = process.env['DBUS_SESSION_BUS_ADDRESS'];
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
  try {
    return await collectBus({ timeoutMs: 5000, isUnlocking }, signal);
  } finally {
    if (saved === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = saved;
  }
}

test('collectBus: a bus, with and without a keyring', async () => {
  await using bus = await startMessageBus();
  const empty = await onBus(bus.address);
  assert.equal(empty.bus.failure, undefined);
  assert.deepEqual(
    empty.bus.sockets.map(({ kind }) => kind),
    ['socket'],
  );
  assert.equal(empty.service?.owner, undefined);
  assert.equal(empty.service?.isActivatable, false);

  const store = memoryStore({
    collections: [{ id: 'c', label: 'C', aliases: ['default'], locked: true, items: [] }],
  });
  await using provider = await startSecretProvider({ address: bus.address, store });
  const locked = await onBus(bus.address);
  assert.equal(locked.service?.owner?.uniqueName, provider.uniqueName);
  const [collection] = locked.service?.collections ?? [];
  assert.deepEqual([collection?.label, collection?.isLocked], ['C', true]);
  assert.equal(locked.service?.aliases.default, collection?.path);
  assert.equal(locked.service?.unlocking, undefined);
});

test('collectBus: no bus is a fact, not an error', async () => {
  const { bus, service } = await onBus('unix:path=/nonexistent/bus');
  assert.equal(service, undefined);
  assert.equal(bus.failure?.code, 'connect-failed');
  assert.deepEqual(bus.sockets, [{ path: '/nonexistent/bus', kind: 'missing' }]);
});

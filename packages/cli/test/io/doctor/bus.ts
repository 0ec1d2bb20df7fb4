import assert from 'node:assert/strict';
import process from 'node:process';
import { startMessageBus } from '@keywire/message-bus';
import { acceptingPrompter, memoryStore, startSecretProvider } from '@keywire/secret-provider';
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

test('collectBus: asked to unlock, it does; what is not there is not made', async () => {
  for (const [aliases, wanted] of [
    [['default'], 'unlocked'],
    [[], undefined],
  ] as const) {
    await using bus = await startMessageBus();
    const collection = { id: 'c', label: 'C', aliases, locked: true, items: [] };
    const store = memoryStore({ collections: [collection] });
    const prompter = acceptingPrompter;
    await using _provider = await startSecretProvider({ address: bus.address, store, prompter });
    const count = (await onBus(bus.address)).service?.collections.length;
    const { service } = await onBus(bus.address, true);
    assert.equal(service?.unlocking, wanted);
    assert.equal(service?.collections.length, count);
    const c = service?.collections.find(({ label }) => label === 'C');
    assert.equal(c?.isLocked, wanted === undefined);
  }
});

test('collectBus: a dialog that is dismissed is a fact, and who asked to end is obeyed', async () => {
  await using bus = await startMessageBus();
  const collection = { id: 'c', label: 'C', aliases: ['default'], locked: true, items: [] };
  const store = memoryStore({ collections: [{ ...collection, prompt: 'dismiss' }] });
  await using _provider = await startSecretProvider({ address: bus.address, store });
  const { service } = await onBus(bus.address, true);
  const { unlocking } = service ?? {};
  assert.equal(typeof unlocking === 'object' ? unlocking.code : unlocking, 'dismissed');
  assert.equal(service?.collections.find(({ label }) => label === 'C')?.isLocked, true);
  const ended = collectBus({ timeoutMs: 5000, isUnlocking: false }, AbortSignal.abort());
  await assert.rejects(ended);
});

test('collectBus: what lies in a socket’s place, and whose it is', async () => {
  const { bus } = await onBus('unix:path=/dev/null;unix:path=/dev/null/bus');
  const [file, below] = bus.sockets;
  assert.deepEqual([file?.kind, file?.ownerUid], ['other', 0]);
  assert.equal((file?.mode ?? 0) & ~0o7777, 0);
  assert.equal(below?.kind, 'missing');
  const { bus: long } = await onBus(`unix:path=/${'x'.repeat(300)}`);
  assert.equal(long.sockets[0]?.kind, 'unreadable');
});

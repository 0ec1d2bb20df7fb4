// The bus itself dies and comes back on the same address, with its keyring started again on the same
// files. A service that made its own connection goes on with a new one: reads are repeated once, a
// change is never made twice, and what was under way says whether it may have happened. A service on
// somebody else's connection stays ended with it.
// Foreign peers: dbus-daemon and dbus-broker, killed and started again; gnome-keyring behind them;
// secret-tool reads what was stored afterwards.

import assert from 'node:assert/strict';
import process from 'node:process';
import { openConnection } from '@keywire/dbus-wire/client';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  type Bus,
  type BusOptions,
  bootBus,
  bootGnomeKeyring,
  requires,
  secretToolLookup,
} from '../../../test-fixtures/src/index.ts';
import { SecretService } from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';
import { onGnomeKeyring } from './support/keyrings.ts';

const seed = [{ label: 'kept', attributes: { app: 'kept' }, secret: 'kept secret' }];

/** As a desktop session names it: without the guid, which each new bus makes anew. */
const addressOf = (bus: Bus): string => bus.address.replace(/,guid=.*/, '');

function onBus(
  name: string,
  implementation: NonNullable<BusOptions['implementation']>,
  body: (bus: Bus) => Promise<void>,
): void {
  const title = `${implementation}: ${name}`;
  const missing = requires(implementation, 'gnome-keyring', 'secret-tool');
  if (missing !== undefined) test.skip(title, missing);
  else {
    test(title, async () => {
      await using bus = await bootBus({ implementation });
      await body(bus);
    });
  }
}

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  // @rule secret/own-connection-reopened
  onBus('an open service goes on when the bus is back', implementation, async (bus) => {
    await using before = await bootGnomeKeyring({ bus, seed });
    await using service = SecretService.open({ address: addressOf(bus) });
    assert.equal((await service.lookup({ app: 'kept' }))?.text(), 'kept secret');
    const events = service.events();
    // What follows changes cannot know what it misses from here on: it ends, and says why.
    const told = failsWith('disconnected', events.next());
    await before.kill();
    await bus.kill();
    await told;
    assert.deepEqual([service.owner, service.session], [undefined, undefined]);
    const down = await failsWith('unavailable', service.store('l', { app: 'new' }, 's'));
    assert.equal(down.mayHaveHappened, false);
    await failsWith('unavailable', service.lookup({ app: 'kept' }));
    await bus.restart();
    // A bus without a keyring on it.
    await failsWith('unavailable', service.lookup({ app: 'kept' }));
    await using again = await bootGnomeKeyring({ bus });
    assert.equal((await service.lookup({ app: 'kept' }))?.text(), 'kept secret');
    await service.store('l', { app: 'new' }, 'stored afterwards');
    const theirs = await secretToolLookup(again.peerEnv, { app: 'new' });
    assert.deepEqual(theirs, new TextEncoder().encode('stored afterwards'));
    assert.equal(service.session?.encrypted, true);
    assert.equal((await service.collections()).length > 0, true);
  });
}

onBus(
  'objects live on: a collection and an item of the time before',
  'dbus-daemon',
  async (bus) => {
    await using before = await bootGnomeKeyring({ bus, seed });
    await using service = SecretService.open({ address: addressOf(bus) });
    const [item] = (await service.searchItems({ app: 'kept' })).unlocked;
    const collection = await service.defaultCollection();
    assert.ok(item);
    await before.kill();
    await bus.restart();
    await using _again = await bootGnomeKeyring({ bus });
    assert.equal(await item.label(), 'kept');
    await item.setSecret('changed');
    assert.equal((await item.getSecret()).text(), 'changed');
    assert.equal((await collection.items()).length, 1);
    await item.delete();
    assert.deepEqual(await collection.items(), []);
  },
);

// @rule secret/session-bound-to-link
onBus('under way when the bus dies: what may have happened says so', 'dbus-daemon', async (bus) => {
  await using keyring = await bootGnomeKeyring({ bus, seed });
  await using service = SecretService.open({ address: addressOf(bus) });
  const [item] = (await service.searchItems({ app: 'kept' })).unlocked;
  const collection = await service.defaultCollection();
  await service.daemon();
  assert.ok(item);
  // A session that is not canonical, one of 256, is replaced now and not while the daemon is halted.
  assert.equal((await item.getSecret()).text(), 'kept secret');
  process.kill(keyring.pid, 'SIGSTOP');
  const reads = [
    failsWith('disconnected', service.lookup({ app: 'kept' })),
    failsWith('disconnected', item.label()),
    failsWith('disconnected', service.store('l', { app: 'new' }, 's')),
  ];
  const writes = [
    failsWith('disconnected', item.setSecret('changed')),
    failsWith('disconnected', item.delete()),
    failsWith('disconnected', collection.createItem('l', { app: 'new' }, 's')),
    failsWith('disconnected', service.setAlias('default', collection)),
  ];
  await bus.kill();
  // The store had only searched; the others had asked for a change.
  for (const error of await Promise.all(reads)) assert.equal(error.mayHaveHappened, false);
  for (const error of await Promise.all(writes)) assert.equal(error.mayHaveHappened, true);
});

onGnomeKeyring(
  'only the connection dies under way: reads are repeated, changes are not',
  { seed },
  async ({ keyring, proxy }) => {
    const recorded = await proxy();
    await using service = SecretService.open({ address: recorded.address });
    const [item] = (await service.searchItems({ app: 'kept' })).unlocked;
    assert.ok(item);
    await service.daemon();
    process.kill(keyring.pid, 'SIGSTOP');
    const read = service.lookup({ app: 'kept' });
    const label = item.label();
    const unlock = service.unlock([item]);
    const list = service.collections();
    const write = failsWith('disconnected', item.setLabel('changed'));
    recorded.disconnect();
    assert.equal((await write).mayHaveHappened, true);
    process.kill(keyring.pid, 'SIGCONT');
    assert.equal((await read)?.text(), 'kept secret');
    assert.match(await label, /kept|changed/);
    await unlock;
    assert.ok((await list).length > 0);
    assert.equal(recorded.connections.length, 2);
  },
);

onGnomeKeyring(
  'the bus dies while a prompt is open, and one after it is answered',
  { state: 'locked', prompter: 'accept', seed },
  async ({ keyring, proxy }) => {
    const recorded = await proxy();
    await using service = SecretService.open({ address: recorded.address, hasDisplay: true });
    keyring.prompter?.setMode('delay');
    const pending = failsWith('disconnected', service.unlock());
    await keyring.prompter?.until('held');
    recorded.disconnect();
    assert.equal((await pending).mayHaveHappened, true);
    keyring.prompter?.setMode('accept');
    // The old dialog is still on the user's screen; nobody waits for its answer any more.
    keyring.prompter?.release();
    // Subscribed anew: the Completed of the next prompt arrives.
    assert.equal((await service.lookup({ app: 'kept' }))?.text(), 'kept secret');
  },
);

onGnomeKeyring("somebody else's connection is theirs to open again", { seed }, async (bench) => {
  const recorded = await bench.proxy();
  await using connection = openConnection({ address: recorded.address });
  await using service = await SecretService.connect({ connection });
  assert.equal((await service.lookup({ app: 'kept' }))?.text(), 'kept secret');
  recorded.disconnect();
  await connection.closed;
  await failsWith('disconnected', service.lookup({ app: 'kept' }));
  await failsWith('disconnected', service.store('l', { app: 'x' }, 's'));
  assert.equal(recorded.connections.length, 1);
});

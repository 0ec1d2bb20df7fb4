// Changes as they are told by the real daemons: one event for one change, none for an alias, and our
// own told from those of others. Foreign peers: secret-tool and SecretStorage make changes.

import assert from 'node:assert/strict';
import { secretTool, secretToolStore } from '../../../test-fixtures/src/index.ts';
import type { ServiceEvent } from '../src/index.ts';
import { onEach } from './support/keyrings.ts';

/** Takes events until one of a type comes. */
async function until(
  events: AsyncIterableIterator<ServiceEvent>,
  type: ServiceEvent['type'],
): Promise<ServiceEvent[]> {
  const taken: ServiceEvent[] = [];
  for (;;) {
    const next = await events.next();
    assert.equal(next.done, false);
    taken.push(next.value);
    if (next.value.type === type) return taken;
  }
}

// @rule secret/events-coalesced
// @rule secret/alias-events-dropped
onEach('others create and delete', ['secret-tool'], async ({ keyring, connect }) => {
  const service = await connect();
  await service.store('l', { app: 'before' }, 's');
  const events = service.events();
  await service.collections();
  const item = { label: 'l', attributes: { app: 'events' }, secret: 's' };
  await secretToolStore(keyring.peerEnv, item);
  const made = await until(events, 'item-created');
  const created = made.at(-1);
  assert.equal(created?.isOwn, false);
  const [found] = (await service.searchItems({ app: 'events' })).unlocked;
  assert.equal(created?.path, found?.path);
  assert.equal(created?.collectionPath, found?.collectionPath);
  await secretTool(keyring.peerEnv, ['clear', 'app', 'events']);
  const gone = await until(events, 'item-deleted');
  assert.equal(gone.at(-1)?.path, created?.path);
  for (const event of [...made, ...gone]) {
    assert.equal(event.path.includes('/aliases/'), false, event.path);
  }
  assert.equal(gone.at(-1)?.isOwn, false);
  const doubles = [...made, ...gone].filter((event) => event.type === 'item-created');
  assert.equal(doubles.length, 1);
  await events.return?.();
});

onEach('our own changes are marked', [], async ({ connect }) => {
  const service = await connect();
  await service.store('l', { app: 'before' }, 's');
  const [all, others] = [service.events(), service.events({ excludeOwn: true })];
  await service.collections();
  const item = await service.store('l', { app: 'own' }, 's');
  const [created] = (await until(all, 'item-created')).slice(-1);
  assert.deepEqual([created?.path, created?.isOwn], [item.path, true]);
  await item.delete();
  const [deleted] = (await until(all, 'item-deleted')).slice(-1);
  assert.deepEqual([deleted?.path, deleted?.isOwn], [item.path, true]);
  const stranger = await connect();
  const theirs = await stranger.store('l', { app: 'stranger' }, 's');
  const [seen] = (await until(others, 'item-created')).slice(-1);
  assert.equal(seen?.path, theirs.path);
});

onEach(
  'locking is told',
  [],
  async ({ connect }) => {
    const service = await connect();
    const stranger = await connect();
    const events = service.events();
    await service.collections();
    await stranger.lock();
    const changed = await until(events, 'collection-changed');
    const collection = await service.defaultCollection();
    assert.equal(changed.at(-1)?.path, collection.path);
  },
  {},
  ['gnome-keyring', 'kwallet'],
);

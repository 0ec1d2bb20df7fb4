import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { SEED } from '../support/bench.ts';

const clock = () => 42;

test('without a seed: an open default collection, and one for the session', () => {
  const store = memoryStore(undefined, clock);
  assert.deepEqual(
    store.collections().map(({ id, isLocked, label }) => [id, isLocked, label]),
    [
      ['login', false, 'Login'],
      ['session', false, 'Session'],
    ],
  );
  assert.deepEqual(
    [...store.aliases()],
    [
      ['default', 'login'],
      ['session', 'session'],
    ],
  );
  assert.deepEqual([store.isPersistent, store.needsPassword], [false, false]);
});

test('the collection for the session can be taken away, unless the seed has it', () => {
  const own = memoryStore(undefined, clock);
  own.dropOwnSession?.();
  assert.deepEqual([...own.aliases().keys()], ['default']);
  assert.deepEqual(
    own.collections().map(({ id }) => id),
    ['login'],
  );
  const seed = { collections: [{ id: 'session', label: 'S', aliases: ['session'], items: [] }] };
  const seeded = memoryStore(seed, clock);
  seeded.dropOwnSession?.();
  assert.deepEqual([...seeded.aliases().keys()], ['session']);
  assert.equal(seeded.collections().length, 1);
});

test('a seed without dates takes the time of its making', () => {
  const store = memoryStore(SEED, clock);
  const item = store.collection('login')?.item('2');
  assert.deepEqual([item?.created, item?.modified, item?.contentType], [42, 42, 'text/plain']);
  assert.equal(store.collection('safe')?.isLocked, true);
});

test('a secret is wiped when it is replaced, deleted, or the store closed', async () => {
  const store = memoryStore(SEED, clock);
  const login = store.collection('login');
  const [one, two] = login?.items() ?? [];
  assert.ok(login !== undefined && one !== undefined && two !== undefined);
  await login.putItem({ ...one, label: 'renamed' });
  assert.equal(new TextDecoder().decode(one.secret), 'first');
  const replacement = { ...one, secret: new Uint8Array([1, 2, 3]) };
  await login.putItem(replacement);
  assert.ok(one.secret.every((byte) => byte === 0));
  await login.deleteItem('2');
  assert.ok(two.secret.every((byte) => byte === 0));
  assert.deepEqual(
    login.items().map(({ id }) => id),
    ['1'],
  );
  await store.close();
  assert.deepEqual(replacement.secret, new Uint8Array(3));
});

test('collections come and go with their aliases', async () => {
  const store = memoryStore(SEED, clock);
  const made = await store.createCollection('work', 'Work', undefined);
  await store.setAlias('work', 'work');
  await made.lock();
  assert.equal(store.collection('work')?.isLocked, true);
  assert.equal(await made.unlock(undefined), true);
  await made.setLabel('Job');
  assert.deepEqual([made.label, made.isLocked, made.created], ['Job', false, 42]);
  await store.deleteCollection('work');
  assert.equal(store.collection('work'), undefined);
  assert.equal(store.aliases().has('work'), false);
  await store.setAlias('default', undefined);
  assert.equal(store.aliases().has('default'), false);
});

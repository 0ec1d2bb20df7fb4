import assert from 'node:assert/strict';
import { startMessageBus } from '@keywire/message-bus';
import { acceptingPrompter, memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SecretServiceObjects } from '../../src/keyring/objects.ts';

const BASE = '/org/freedesktop/secrets/collection';
const SEED = {
  collections: [
    {
      id: 'one',
      label: 'One',
      aliases: ['default'],
      items: [
        { id: 'a', label: 'A', attributes: { app: 'demo', user: 'me' }, secret: 's' },
        { id: 'b', label: 'B', attributes: { app: 'demo', user: 'you' }, secret: 's' },
      ],
    },
  ],
};

async function withObjects(
  use: (objects: SecretServiceObjects) => Promise<void>,
  {
    seed = SEED,
    signal = new AbortController().signal,
    interactive = true,
  }: { seed?: object; signal?: AbortSignal; interactive?: boolean } = {},
): Promise<void> {
  await using bus = await startMessageBus();
  await using _provider = await startSecretProvider({
    address: bus.address,
    store: memoryStore(seed),
    prompter: acceptingPrompter,
  });
  await using service = await SecretService.connect({ address: bus.address, interactive });
  await use(new SecretServiceObjects(service, signal, (each) => each));
}

test('objects: collections are made, labelled, aliased and deleted', async () => {
  await withObjects(async (objects) => {
    const path = await objects.createCollection('Work', undefined);
    assert.equal(await objects.collectionLabel('Work'), 'Work');
    assert.equal(await objects.setCollectionLabel('Work', 'Job'), path);
    assert.equal(await objects.collectionLabel(path), 'Job');
    assert.equal(await objects.readAlias('default'), `${BASE}/one`);
    assert.equal(await objects.setAlias('default', 'Job'), path);
    assert.equal(await objects.readAlias('default'), path);
    assert.equal(await objects.deleteCollection('Job'), path);
    await assert.rejects(objects.collectionLabel('Job'), { code: 'no-such-collection' });
  });
});

test('objects: one item, by attributes or path, never one of several', async () => {
  await withObjects(async (objects) => {
    const none = {};
    const me = { attributes: new Map([['user', 'me']]) };
    const item = await objects.changeItem(me, none);
    assert.deepEqual([item?.path, item?.label], [`${BASE}/one/a`, 'A']);
    const byPath = { path: `${BASE}/one/b`, attributes: new Map() };
    assert.equal((await objects.changeItem(byPath, none))?.label, 'B');
    assert.equal(
      (await objects.changeItem({ ...byPath, collection: 'default' }, none))?.label,
      'B',
    );
    const several = { attributes: new Map([['app', 'demo']]) };
    await assert.rejects(objects.changeItem(several, none), { code: 'several-items' });
    const changed = await objects.changeItem(me, {
      label: 'New',
      attributes: (before) => new Map([...before, ['host', 'h']]),
    });
    assert.deepEqual([changed?.label, changed?.attributes.get('host')], ['New', 'h']);
    assert.equal(await objects.deleteItem(me), `${BASE}/one/a`);
    assert.equal(await objects.deleteItem(me), undefined);
    const gone = { path: `${BASE}/one/a`, attributes: new Map() };
    assert.equal(await objects.changeItem(gone, none), undefined);
    assert.equal(await objects.changeItem({ ...gone, path: '/x' }, none), undefined);
  });
});

test('objects: a collection gets its alias with it, and an alias can be taken away', async () => {
  await withObjects(async (objects) => {
    const path = await objects.createCollection('Work', 'work');
    assert.equal(await objects.readAlias('work'), path);
    assert.equal(await objects.setAlias('work', undefined), undefined);
    assert.equal(await objects.readAlias('work'), undefined);
    await assert.rejects(objects.setAlias('work', 'none'), { code: 'no-such-collection' });
  });
});

test('objects: a collection that is named is the only one that is looked into', async () => {
  await withObjects(async (objects) => {
    await objects.createCollection('Work', 'work');
    const me = { path: undefined, attributes: new Map([['user', 'me']]) };
    const there = { path: `${BASE}/one/a`, attributes: new Map() };
    for (const selector of [me, there]) {
      assert.equal(await objects.changeItem({ ...selector, collection: 'work' }, {}), undefined);
      assert.equal(await objects.deleteItem({ ...selector, collection: 'work' }), undefined);
      const found = await objects.changeItem({ ...selector, collection: 'One' }, {});
      assert.equal(found?.path, `${BASE}/one/a`);
    }
    const several = { attributes: new Map([['app', 'demo']]) };
    await assert.rejects(objects.deleteItem(several), {
      code: 'several-items',
      message: /2 items/u,
    });
  });
});

test('objects: what is locked, or cannot be, is not reported as done', async () => {
  const [one] = SEED.collections;
  const me = { attributes: new Map([['user', 'me']]) };
  const seed = { collections: [{ ...one, locked: true }] };
  await withObjects(
    async (objects) => {
      await assert.rejects(objects.deleteCollection('One'), { code: 'locked' });
      for (const change of [
        () => objects.deleteItem(me),
        () => objects.changeItem(me, { label: 'New' }),
        () => objects.changeItem(me, { attributes: (before) => before }),
        () => objects.setCollectionLabel('One', 'New'),
      ]) {
        await assert.rejects(change, { code: 'locked' });
      }
      assert.equal((await objects.changeItem(me, {}))?.label, 'A', 'reading unlocks nothing');
    },
    { seed, interactive: false },
  );
  await withObjects(async (objects) => {
    const attributes = (): Map<string, string> => new Map([['user', '\0']]);
    await assert.rejects(objects.changeItem(me, { attributes }), { code: 'invalid-attributes' });
  });
});

test('objects: what changes is unlocked first, with the prompt of the keyring', async () => {
  const [one] = SEED.collections;
  const seed = { collections: [{ ...one, locked: true }] };
  const me = { attributes: new Map([['user', 'me']]) };
  const changes: readonly ((objects: SecretServiceObjects) => Promise<unknown>)[] = [
    (objects) => objects.changeItem(me, { label: 'New' }),
    (objects) =>
      objects.changeItem(me, { attributes: (before) => new Map([...before, ['h', '1']]) }),
    (objects) => objects.deleteItem(me),
    (objects) => objects.setCollectionLabel('One', 'New'),
  ];
  for (const change of changes) {
    await withObjects(async (objects) => assert.ok(await change(objects)), { seed });
  }
  const dismissed = { collections: [{ ...one, locked: true, prompt: 'dismiss' }] };
  for (const change of changes) {
    await withObjects(async (objects) => assert.rejects(change(objects), { code: 'dismissed' }), {
      seed: dismissed,
    });
  }
});

test('objects: an end that was asked for ends each operation', async () => {
  await withObjects(
    async (objects) => {
      const me = { attributes: new Map([['user', 'me']]) };
      for (const operation of [
        () => objects.createCollection('Work', undefined),
        () => objects.deleteCollection('One'),
        () => objects.readAlias('default'),
        () => objects.changeItem(me, {}),
        () => objects.deleteItem(me),
      ]) {
        await assert.rejects(operation, { code: 'aborted' });
      }
    },
    { signal: AbortSignal.abort() },
  );
});

import assert from 'node:assert/strict';
import { Item, leaseService, SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SecretServiceStore } from '../../src/stores/secret-service-store.ts';
import type { FindQuery, StoreEvent } from '../../src/types/attribute-store.ts';
import { onEmbedded } from '../support/embedded.ts';
import { failsWith } from '../support/failing.ts';

const SEED = {
  collections: [
    {
      id: 'main',
      label: 'Main',
      aliases: ['default'],
      items: [{ id: 'i1', label: 'here', attributes: { a: '1' }, secret: 'in default' }],
    },
    {
      id: 'other',
      label: 'Other',
      items: [
        { id: 'i2', label: 'there', attributes: { a: '1' }, secret: 'elsewhere' },
        { id: 'i3', label: 'only there', attributes: { b: '2' }, secret: 'elsewhere too' },
      ],
    },
    {
      id: 'shut',
      label: 'Shut',
      locked: true,
      items: [{ id: 'i4', label: 'shut', attributes: { c: '3' }, secret: 'locked up' }],
    },
  ],
};

function query(pairs: Record<string, string>, more: Partial<FindQuery> = {}): FindQuery {
  return {
    attributes: new Map(Object.entries(pairs)),
    scope: 'all',
    accepts: () => true,
    isComplete: false,
    isRead: true,
    ...more,
  };
}

async function onStore(
  body: (store: SecretServiceStore) => Promise<void>,
  collection?: string,
): Promise<void> {
  await onEmbedded(async ({ address }) => {
    const lease = leaseService({ address }, undefined);
    const store = new SecretServiceStore({ lease, interactive: false, collection });
    try {
      await store.ready(undefined);
      await body(store);
    } finally {
      await store.close();
    }
  }, SEED);
}

async function labels(
  store: SecretServiceStore,
  wanted: FindQuery,
): Promise<(string | undefined)[]> {
  return (await store.find(wanted, {})).map(({ label }) => label).sort();
}

test('a scope is kept to: everywhere, the default collection, or the one that was chosen', async () => {
  await onStore(async (store) => {
    assert.deepEqual(await labels(store, query({ a: '1' })), ['here', 'there']);
    assert.deepEqual(await labels(store, query({ a: '1' }, { scope: 'default' })), ['here']);
    assert.deepEqual(await labels(store, query({ a: '1' }, { scope: 'login' })), ['here']);
    // Found elsewhere alone, and something is locked: absent in the default collection all the same.
    assert.deepEqual(await labels(store, query({ b: '2' }, { scope: 'default' })), []);
    assert.deepEqual(await labels(store, query({ z: '9' }, { scope: 'default' })), []);
  });
  await onStore(async (store) => {
    assert.deepEqual(await labels(store, query({ a: '1' }, { scope: 'default' })), ['there']);
    // What is locked elsewhere does not matter here.
    assert.deepEqual(await labels(store, query({ z: '9' })), []);
  }, 'Other');
});

test('locked is never absent', async () => {
  await onStore(async (store) => {
    await failsWithCode('locked', store.find(query({ c: '3' }), {}), store);
    await failsWithCode('locked', store.find(query({ z: '9' }), {}), store);
  });
});

test('secrets come in buffers of the caller’s, and what has gone is left out', async () => {
  await onStore(async (store) => {
    const [item] = await store.find(query({ b: '2' }), {});
    assert.ok(item !== undefined);
    const secret = (await store.read([item], {})).get(item.id);
    assert.equal(new TextDecoder().decode(secret), 'elsewhere too');
    secret?.fill(0);
    const again = (await store.read([item], {})).get(item.id);
    assert.equal(new TextDecoder().decode(again), 'elsewhere too');
    assert.equal(await store.remove(item, {}), true);
    assert.equal(await store.remove(item, {}), false);
    assert.equal((await store.read([item], {})).size, 0);
    const update = { secret: new Uint8Array(1), contentType: undefined, label: undefined };
    assert.equal(await store.update(item, update, {}), false);
  });
});

test('a secret that was read ahead of an item that has gone, or that cannot be told of, is wiped', async () => {
  const { getSecrets } = SecretService.prototype;
  const { properties } = Item.prototype;
  let reading: ReturnType<typeof getSecrets> | undefined;
  let after = async (_item: Item): Promise<void> => {};
  Object.assign(SecretService.prototype, {
    getSecrets(this: SecretService, ...args: Parameters<typeof getSecrets>) {
      reading = getSecrets.apply(this, args);
      return reading;
    },
  });
  Object.assign(Item.prototype, {
    async properties(this: Item, ...args: Parameters<typeof properties>) {
      while (reading === undefined) await Promise.resolve();
      await reading;
      await after(this);
      return properties.apply(this, args);
    },
  });
  try {
    await onStore(async (store) => {
      const nothingIsLeft = async (): Promise<void> => {
        const [result, ...others] = (await reading)?.values() ?? [];
        assert.ok(result?.status === 'ok' && others.length === 0);
        assert.throws(() => result.secret.bytes, /disposed/);
        reading = undefined;
      };
      after = () => Promise.reject(new RangeError('told'));
      await assert.rejects(store.find(query({ b: '2' }), {}), RangeError);
      await nothingIsLeft();
      after = (item) => item.delete();
      assert.deepEqual(await store.find(query({ b: '2' }), {}), []);
      await nothingIsLeft();
      // What reading ahead fails with is not left for another attempt, which may take as long.
      Object.assign(Item.prototype, { properties });
      Object.assign(SecretService.prototype, {
        getSecrets: () => Promise.reject(new RangeError('not read')),
      });
      await assert.rejects(store.find(query({ a: '1' }, { scope: 'default' }), {}), RangeError);
    });
  } finally {
    Object.assign(SecretService.prototype, { getSecrets });
    Object.assign(Item.prototype, { properties });
  }
});

test('items are created, relabelled, and followed', async () => {
  await onStore(async (store) => {
    const controller = new AbortController();
    const events: StoreEvent[] = [];
    const following = (async () => {
      for await (const event of store.events({ signal: controller.signal })) {
        events.push(event);
        if (event.type === 'deleted') controller.abort();
      }
    })();
    const secret = Uint8Array.of(1);
    const attributes = new Map([['new', 'x']]);
    await store.create(
      { label: 'l', attributes, secret, contentType: undefined, scope: 'all' },
      {},
    );
    const [item] = await store.find(query({ new: 'x' }), {});
    assert.ok(item !== undefined);
    const update = { secret, contentType: undefined, label: 'm' };
    assert.equal(await store.update(item, update, {}), true);
    assert.equal((await store.find(query({ new: 'x' }), {}))[0]?.label, 'm');
    await store.remove(item, {});
    await following;
    assert.equal(events[0]?.type, 'created');
    assert.equal(events[0]?.attributes?.get('new'), 'x');
    assert.equal(events[0]?.isOwn, true);
    assert.equal(events.at(-1)?.attributes, undefined);
  });
});

test('what the daemon adds by itself is known as such', async () => {
  await onStore(async (store) => {
    assert.equal(store.isAddition('gkr:compat:hashed:x'), true);
    assert.equal(store.isAddition('service'), false);
    assert.equal(store.translate('not an error of the service'), 'not an error of the service');
  });
});

async function failsWithCode(
  code: 'locked',
  operation: Promise<unknown>,
  store: SecretServiceStore,
): Promise<void> {
  const translated = operation.catch((error: unknown) => {
    throw store.translate(error);
  });
  await failsWith(code, translated);
}

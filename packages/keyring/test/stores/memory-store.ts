import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MemoryStore } from '../../src/stores/memory-store.ts';
import { failsWith } from '../support/failing.ts';

const ALL = {
  attributes: new Map<string, string>(),
  scope: 'all',
  accepts: () => true,
  isComplete: true,
  isRead: false,
} as const;

test('what goes in and out is copied, and what is replaced is wiped', async () => {
  let nowMs = 5;
  const store = new MemoryStore(() => nowMs);
  const secret = Uint8Array.of(1, 2, 3);
  const attributes = new Map([['a', '1']]);
  await store.create({ label: 'l', attributes, secret, contentType: undefined, scope: 'all' });
  attributes.set('b', '2');
  secret.fill(9);
  const [item] = await store.find(ALL);
  assert.ok(item !== undefined);
  assert.deepEqual([...item.attributes], [['a', '1']]);
  const read = (await store.read([item])).get(item.id);
  assert.deepEqual([...(read ?? [])], [1, 2, 3]);
  read?.fill(0);
  assert.deepEqual([...((await store.read([item])).get(item.id) ?? [])], [1, 2, 3]);
  nowMs = 6;
  const update = { secret: Uint8Array.of(4), contentType: undefined, label: undefined };
  assert.equal(await store.update(item, update), true);
  const [updated] = await store.find(ALL);
  assert.equal(updated?.modifiedMs, 6);
  assert.equal(updated?.createdMs, 5);
  assert.equal(updated?.label, 'l');
  assert.equal(await store.remove(item), true);
  assert.equal(await store.remove(item), false);
  assert.equal(await store.update(item, update), false);
  assert.equal((await store.read([item])).size, 0);
  const status = await store.status();
  assert.equal(status.isPersistent, false);
});

test('a search wants all pairs, and what is accepted', async () => {
  const store = new MemoryStore(() => 0);
  const put = (pairs: [string, string][]): Promise<void> =>
    store.create({
      label: '',
      attributes: new Map(pairs),
      secret: new Uint8Array(0),
      contentType: undefined,
      scope: 'all',
    });
  await put([['a', '1']]);
  await put([
    ['a', '1'],
    ['b', '2'],
  ]);
  assert.equal((await store.find({ ...ALL, attributes: new Map([['a', '1']]) })).length, 2);
  assert.equal((await store.find({ ...ALL, attributes: new Map([['b', '2']]) })).length, 1);
  assert.equal((await store.find({ ...ALL, accepts: (found) => found.size === 1 })).length, 1);
});

test('a signal that came first is no error, and nobody follows then', async () => {
  const store = new MemoryStore(() => 0);
  for await (const _event of store.events({ signal: AbortSignal.abort() })) assert.fail();
});

test('closed, it says so, and who followed it is let go', async () => {
  const store = new MemoryStore(() => 0);
  const events = store.events({})[Symbol.asyncIterator]();
  const next = events.next();
  await store.close();
  assert.equal((await next).done, true);
  await failsWith('closed', store.find(ALL));
});

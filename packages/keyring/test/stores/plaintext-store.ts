import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PlaintextStore } from '../../src/stores/plaintext-store.ts';
import { memoryHost } from '../support/memory-host.ts';

const ALL = {
  attributes: new Map<string, string>(),
  scope: 'all',
  accepts: () => true,
  isComplete: true,
  isRead: false,
} as const;

async function storeOn(
  path: string,
): Promise<{ store: PlaintextStore; files: Map<string, string> }> {
  const host = memoryHost();
  return { store: new PlaintextStore(await host.sharedFile(path)), files: host.files };
}

test('the file is the documented JSON, text as text and other bytes in base64', async () => {
  const { store, files } = await storeOn('/p.json');
  const put = (name: string, secret: Uint8Array): Promise<void> =>
    store.create(
      {
        label: name,
        attributes: new Map([['name', name]]),
        secret,
        contentType: undefined,
        scope: 'all',
      },
      {},
    );
  await put('text', new TextEncoder().encode('pässword'));
  await put('bytes', Uint8Array.of(0xff, 0));
  const { collections } = JSON.parse(files.get('/p.json') ?? '');
  const [text, bytes] = collections[0].items;
  assert.equal(text.secret, 'pässword');
  assert.equal(bytes.secretBase64, '/wA=');
  assert.deepEqual(
    [text.contentType, bytes.contentType],
    ['text/plain', 'application/octet-stream'],
  );
  assert.deepEqual(text.attributes, { name: 'text' });
  const [item] = await store.find(ALL);
  assert.deepEqual([item?.createdMs, item?.modifiedMs], [1_700_000_000_000, 1_700_000_000_000]);
  // What an item has is what it was given: nothing is passed over when entries are compared.
  assert.equal(store.isAddition(), false);
  const foreign = new RangeError('not of a file');
  assert.equal(store.translate(foreign), foreign);
  const status = await store.status();
  assert.equal(status.isEncrypted, false);
  assert.equal(status.isPersistent, true);
  assert.ok(status.description.includes('/p.json'));
});

test('items are found, read, updated and removed; what has gone says so', async () => {
  const { store } = await storeOn('/p.json');
  const secret = new TextEncoder().encode('one');
  const attributes = new Map([['a', '1']]);
  await store.create({ label: 'l', attributes, secret, contentType: undefined, scope: 'all' }, {});
  const [item] = await store.find({ ...ALL, attributes });
  assert.ok(item !== undefined);
  assert.deepEqual(await store.find({ ...ALL, attributes: new Map([['a', '2']]) }), []);
  const update = { secret: Uint8Array.of(0xfe), contentType: 'text/plain', label: 'm' };
  assert.equal(await store.update(item, update, {}), true);
  assert.deepEqual([...((await store.read([item])).get(item.id) ?? [])], [0xfe]);
  assert.equal((await store.find(ALL))[0]?.label, 'm');
  assert.equal(await store.remove(item, {}), true);
  assert.equal(await store.remove(item, {}), false);
  assert.equal(await store.update(item, update, {}), false);
});

test('a broken file is an error, and stays as it is', async () => {
  const { store, files } = await storeOn('/p.json');
  files.set('/p.json', '{"collections": [{"items": [{"secret": 1}]}]}');
  const before = files.get('/p.json');
  const secret = new Uint8Array(0);
  const item = { label: '', attributes: new Map([['a', '1']]), secret, contentType: undefined };
  for (const attempt of [
    () => store.find(ALL),
    () => store.create({ ...item, scope: 'all' }, {}),
    () => store.status(),
  ]) {
    const error = await attempt().then(
      () => assert.fail('expected an error'),
      (thrown: unknown) => store.translate(thrown),
    );
    assert.ok(error instanceof Error && error.name === 'KeyringError', String(error));
  }
  assert.equal(files.get('/p.json'), before);
});

// @rule file/ids-differ
test('items of one id, as people write them by hand, are not taken for each other', async () => {
  const { store, files } = await storeOn('/p.json');
  const collection = (...names: readonly string[]): object => ({
    items: names.map((name) => ({ attributes: { name }, secret: `${name}’s` })),
  });
  const twice = { id: '3', attributes: { name: 'd' }, secret: 'd’s' };
  const third = { id: '3_2', attributes: { name: 'e' }, secret: 'e’s' };
  const collections = [collection('a', 'b'), collection('c'), { items: [twice, third] }];
  files.set('/p.json', JSON.stringify({ collections }));
  const read = async (): Promise<string[]> => {
    const items = await store.find(ALL);
    const secrets = await store.read(items);
    return items.map(({ id }) => new TextDecoder().decode(secrets.get(id)));
  };
  assert.deepEqual(await read(), ['a’s', 'b’s', 'c’s', 'd’s', 'e’s']);
  const [first, , c] = await store.find(ALL);
  assert.ok(first !== undefined && c !== undefined);
  assert.equal(await store.remove(first, {}), true);
  const secret = new TextEncoder().encode('new');
  await store.update(c, { secret, label: undefined, contentType: undefined }, {});
  assert.deepEqual(await read(), ['b’s', 'new', 'd’s', 'e’s']);
});

import assert from 'node:assert/strict';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { TargetBackend } from '../../src/drop-ins/target-backend.ts';
import { startTestKeyring, type TestKeyring } from '../support/provider.ts';

const KEY = { service: 'service', username: 'ada' };
const SECRET = new TextEncoder().encode('hunter2');

function seedOf(...items: readonly Readonly<Record<string, string>>[]): unknown {
  return {
    collections: [
      {
        id: 'login',
        label: 'Login',
        aliases: ['default'],
        items: items.map((attributes, at) => ({
          id: `i${at}`,
          label: `item ${at}`,
          attributes,
          secret: `secret ${at}`,
        })),
      },
      { id: 'work', label: 'Work', items: [] },
    ],
  };
}

function open({ address }: TestKeyring): Promise<TargetBackend> {
  return TargetBackend.open({
    connect: { address },
    busAddress: address,
    interactive: false,
  });
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test('a target is an attribute, and the label of the collection of a new item', async () => {
  await using keyring = await startTestKeyring(seedOf());
  const backend = await open(keyring);
  await backend.set({ ...KEY, group: 'Work' }, SECRET);
  await backend.set({ ...KEY, username: 'bob', group: 'default' }, SECRET);
  const items = await keyring.items();
  assert.deepEqual(
    items.map(({ collection, attributes }) => [collection, attributes['target']]),
    [
      ['Login', 'default'],
      ['Work', 'Work'],
    ],
  );
  // Found without its target too, and set again where it is.
  assert.equal(text(await backend.get(KEY)), 'hunter2');
  await backend.set(KEY, new TextEncoder().encode('other'));
  assert.equal(text(await backend.get({ ...KEY, group: 'Work' })), 'other');
  assert.equal(await backend.get({ ...KEY, group: 'Login' }), undefined);
  assert.equal((await keyring.items()).length, 2);
  assert.equal(await backend.delete({ ...KEY, group: 'Work' }), 1);
  await backend.close();
});

test('two entries that come at once for a new target make one collection', async () => {
  await using keyring = await startTestKeyring(seedOf());
  const backend = await open(keyring);
  await Promise.all(
    ['ada', 'bob'].map((username) => backend.set({ ...KEY, username, group: 'Fresh' }, SECRET)),
  );
  await using service = await SecretService.connect({ address: keyring.address });
  const collections = await service.collections();
  const labels = await Promise.all(collections.map((collection) => collection.label()));
  assert.deepEqual(labels.sort(), ['Fresh', 'Login', 'Session', 'Work']);
  await backend.close();
});

test('attributes besides do not hide an item; one without a username is no credential', async () => {
  await using keyring = await startTestKeyring(
    seedOf({ ...KEY, application: 'Python keyring library' }, { service: 'service', other: 'x' }),
  );
  const backend = await open(keyring);
  assert.equal(text(await backend.get(KEY)), 'secret 0');
  const found = await backend.search({ service: 'service' });
  assert.deepEqual(
    found.map(({ username }) => username),
    ['ada'],
  );
  await backend.close();
});

// @rule keyring/several-refused
test('several items for one entry are refused, and none is changed', async () => {
  await using keyring = await startTestKeyring(seedOf({ ...KEY, x: '1' }, { ...KEY, x: '2' }));
  const backend = await open(keyring);
  const ambiguous = { name: 'KeyringError', code: 'ambiguous' };
  await assert.rejects(backend.get(KEY), ambiguous);
  await assert.rejects(backend.set(KEY, SECRET), ambiguous);
  await assert.rejects(backend.delete(KEY), ambiguous);
  const found = await backend.search({ service: 'service' });
  assert.deepEqual(found.map(({ secret }) => text(secret)).sort(), ['secret 0', 'secret 1']);
  await backend.close();
});

test('twins that two programs made at once are one entry', async () => {
  await using keyring = await startTestKeyring(seedOf(KEY, KEY));
  const backend = await open(keyring);
  assert.match(text(await backend.get(KEY)), /^secret [01]$/u);
  await backend.set(KEY, SECRET);
  const found = await backend.search({ service: 'service' });
  assert.deepEqual(
    found.map(({ secret }) => text(secret)),
    ['hunter2', 'hunter2'],
  );
  assert.equal(await backend.delete(KEY), 2);
  assert.equal(await backend.get(KEY), undefined);
  await backend.close();
});

test('a keyring that starts again is found again', async () => {
  const first = await startTestKeyring(seedOf(KEY));
  const backend = await open(first);
  assert.equal(text(await backend.get(KEY)), 'secret 0');
  await first.restart(seedOf({ ...KEY, application: 'another' }));
  assert.equal(text(await backend.get(KEY)), 'secret 0');
  await backend.close();
  await first[Symbol.asyncDispose]();
});

test('status: that of the keyring', async () => {
  await using keyring = await startTestKeyring();
  const backend = await open(keyring);
  assert.equal((await backend.status()).state, 'ready');
  await backend.close();
});

test('an empty username is an entry like any other, with a target and without', async () => {
  await using keyring = await startTestKeyring(seedOf());
  const backend = await open(keyring);
  for (const key of [
    { service: 'service', username: '' },
    { service: 'service', username: '', group: 'Work' },
  ]) {
    assert.equal(await backend.delete(key), 0);
    await backend.set(key, SECRET);
    assert.equal(text(await backend.get(key)), 'hunter2');
    assert.equal(await backend.delete(key), 1);
    assert.equal(await backend.get(key), undefined);
  }
  await backend.close();
});

test('an entry that exists is set where it lies, whatever its target', async () => {
  const attributes = { service: 'service', username: 'ada', target: 'Work' };
  await using keyring = await startTestKeyring(seedOf(attributes));
  const backend = await open(keyring);
  await backend.set({ ...KEY, group: 'Work' }, SECRET);
  assert.deepEqual(
    (await keyring.items()).map(({ collection }) => collection),
    ['Login'],
  );
  assert.equal(text(await backend.get({ ...KEY, group: 'Work' })), 'hunter2');
  await backend.close();
});

import assert from 'node:assert/strict';
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { findCollection } from '../../src/keyring/find-collection.ts';

const SEED = {
  collections: [
    { id: 'one', label: 'Label', aliases: ['default'], items: [] },
    { id: 'two', label: 'Twice', items: [] },
    { id: 'three', label: 'Twice', items: [] },
    { id: 'four', label: '', items: [] },
  ],
};

test('findCollection: by alias, identifier, label or path, and never by chance', async () => {
  await using bus = await startMessageBus();
  await using _provider = await startSecretProvider({
    address: bus.address,
    store: memoryStore(SEED),
  });
  await using service = await SecretService.connect({ address: bus.address });
  const { signal } = new AbortController();
  const one = '/org/freedesktop/secrets/collection/one';
  for (const name of ['default', 'one', 'Label', one, '/org/freedesktop/secrets/aliases/default']) {
    assert.equal((await findCollection(service, name, signal)).path, one, name);
  }
  for (const [name, told] of [
    ['Twice', /2 have it/u],
    ['', /none has it/u],
    ['none', /none has it/u],
  ] as const) {
    await assert.rejects(findCollection(service, name, signal), {
      code: 'no-such-collection',
      message: told,
    });
  }
});

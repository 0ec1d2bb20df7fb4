import assert from 'node:assert/strict';
import { type Collection, SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  collectionChosen,
  collectionFor,
  collectionLabelled,
} from '../../src/stores/collection-choice.ts';
import { onEmbedded } from '../support/embedded.ts';
import { failsWith } from '../support/failing.ts';

const SEED = {
  collections: [
    { id: 'main', label: 'Main', aliases: ['default'], items: [] },
    { id: 'work', label: 'My work', items: [] },
    { id: 'entry', label: 'Login', aliases: ['login'], items: [] },
  ],
};

function idOf(chosen: Collection | string): string {
  return typeof chosen === 'string' ? chosen : (chosen.path.split('/').at(-1) ?? '');
}

test('a collection is found by path, by alias and by label', async () => {
  await onEmbedded(async ({ address }) => {
    await using service = await SecretService.connect({ address });
    const path = '/org/freedesktop/secrets/collection/work';
    assert.equal(idOf(await collectionChosen(service, path, {})), 'work');
    assert.equal(idOf(await collectionChosen(service, 'login', {})), 'entry');
    assert.equal(idOf(await collectionChosen(service, 'My work', {})), 'work');
    assert.equal(await collectionChosen(service, 'default', {}), 'default');
    const error = await failsWith('not-found', collectionChosen(service, 'hidden name', {}));
    assert.ok(!error.message.includes('hidden'));
  }, SEED);
});

test('a scheme’s programs store in the default collection, or in the one called login', async () => {
  await onEmbedded(async ({ address }) => {
    await using service = await SecretService.connect({ address });
    assert.equal(await collectionFor(service, undefined, 'default', {}), 'default');
    assert.equal(await collectionFor(service, undefined, 'all', {}), 'default');
    assert.equal(idOf(await collectionFor(service, undefined, 'login', {})), 'entry');
    assert.equal(idOf(await collectionFor(service, 'My work', 'login', {})), 'work');
  }, SEED);
  await onEmbedded(
    async ({ address }) => {
      await using service = await SecretService.connect({ address });
      assert.equal(await collectionFor(service, undefined, 'login', {}), 'default');
    },
    { collections: [SEED.collections[0]] } as typeof SEED,
  );
});

test('a collection that goes while its label is asked for is none', async () => {
  await onEmbedded(async ({ address }) => {
    await using service = await SecretService.connect({ address });
    const gone = service.collectionAt('/org/freedesktop/secrets/collection/gone');
    const collections = [gone, ...(await service.collections())];
    const before: SecretService = Object.create(service, {
      collections: { value: async () => collections },
    });
    assert.equal(idOf((await collectionLabelled(before, 'My work', {})) ?? 'none'), 'work');
    assert.equal(await collectionLabelled(before, 'gone', {}), undefined);
  }, SEED);
});

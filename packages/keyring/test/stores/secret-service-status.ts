import assert from 'node:assert/strict';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { serviceStatus } from '../../src/stores/secret-service-status.ts';
import { onEmbedded } from '../support/embedded.ts';

const DEFAULT = { id: 'main', label: 'Main', aliases: ['default'], items: [] };

test('ready, locked, and no default collection yet', async () => {
  await onEmbedded(
    async ({ address }) => {
      await using service = await SecretService.connect({ address });
      const status = await serviceStatus(service, undefined, {});
      assert.equal(status.state, 'ready');
      assert.match(status.description, /unlocked$/);
      assert.equal((await serviceStatus(service, 'Locked one', {})).state, 'locked');
      const missing = await serviceStatus(service, 'default', {});
      assert.equal(missing.state, 'ready');
    },
    { collections: [DEFAULT, { id: 'l', label: 'Locked one', locked: true, items: [] }] },
  );
  await onEmbedded(
    async ({ address }) => {
      await using service = await SecretService.connect({ address });
      const status = await serviceStatus(service, undefined, {});
      assert.equal(status.state, 'locked');
      assert.match(status.description, /no default collection/);
    },
    { collections: [] },
  );
});

test('a provider that keeps everything in memory is not persistent', async () => {
  await onEmbedded(
    async ({ address }) => {
      await using service = await SecretService.connect({ address });
      assert.equal((await serviceStatus(service, undefined, {})).isPersistent, false);
    },
    { collections: [DEFAULT] },
  );
});

test('what lies in the session collection does not last', async () => {
  const session = { id: 'session', label: 'Session', aliases: ['session'], items: [] };
  await onEmbedded(
    async ({ address }) => {
      await using service = await SecretService.connect({ address });
      assert.equal((await serviceStatus(service, 'session', {})).isPersistent, false);
    },
    { collections: [DEFAULT, session] },
  );
});

test('unreachable is a state with a reason and what to do', async () => {
  const service = SecretService.open({ address: 'unix:path=/nonexistent/keywire' });
  const status = await serviceStatus(service, undefined, {});
  assert.equal(status.state, 'unavailable');
  assert.match(status.description, /nonexistent.*; /);
  await service.close();
});

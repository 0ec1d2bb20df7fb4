import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  openSecretServiceBackend,
  type SecretServiceBackendOptions,
} from '../../src/backends/secret-service.ts';
import { schemesOf } from '../../src/schemes.ts';
import { onEmbedded } from '../support/embedded.ts';
import { failsWith } from '../support/failing.ts';

const KEY = { service: 's', username: 'u' };

function options(address: string): SecretServiceBackendOptions {
  return {
    schemes: schemesOf(undefined),
    connect: { address },
    busAddress: undefined,
    interactive: false,
  };
}

test('it opens where there is a keyring, and keeps things there', async () => {
  await onEmbedded(async ({ address }) => {
    const backend = await openSecretServiceBackend({ ...options(address), interactive: true });
    assert.equal(backend.name, 'secret-service');
    await backend.set(KEY, Uint8Array.of(1, 2), { app: 'App' });
    assert.deepEqual([...((await backend.get(KEY)) ?? [])], [1, 2]);
    const [entry] = await backend.search({ service: 's' });
    assert.equal(entry?.label, 'u on s (App)');
    assert.equal(await backend.delete(KEY), 1);
    await backend.close?.();
  }, SEED);
});

test('where there is none it says why, whoever asks', async () => {
  const error = await failsWith(
    'unavailable',
    openSecretServiceBackend(options('unix:path=/none')),
  );
  assert.match(error.message, /none/);
  assert.notEqual(error.advice, '');
  const { signal } = new AbortController();
  const aborted = { ...options('unix:path=/none'), signal: AbortSignal.abort('why') };
  await failsWith('aborted', openSecretServiceBackend(aborted));
  await failsWith('unavailable', openSecretServiceBackend({ ...options('disabled:'), signal }));
});

const SEED = {
  collections: [{ id: 'login', label: 'Login', aliases: ['default'], items: [] }],
};

import assert from 'node:assert/strict';
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  openSecretServiceBackend,
  type SecretServiceBackendOptions,
} from '../../src/backends/secret-service.ts';
import { openKeyring } from '../../src/index.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';
import { contract } from '../support/contract.ts';
import { onEmbedded } from '../support/embedded.ts';
import { failsWith } from '../support/failing.ts';

const SEED = {
  collections: [{ id: 'login', label: 'Login', aliases: ['default'], items: [] }],
};
const KEY = { service: 's', username: 'u' };

function options(address: string): SecretServiceBackendOptions {
  return {
    schemes: schemesOf(undefined),
    connect: { address },
    busAddress: undefined,
    interactive: false,
  };
}

contract('an embedded keyring', async () => {
  const bus = await startMessageBus();
  const { address } = bus;
  const provider = await startSecretProvider({ address, store: memoryStore(SEED) });
  return {
    open: (more) =>
      openKeyring({ config: 'none', connect: { address }, interactive: true, ...more }),
    [Symbol.asyncDispose]: async () => {
      await provider.close();
      await bus.close();
    },
  };
});

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

test('a way to the keyring that is none is a mistake, and nothing else is taken instead', async () => {
  for (const connect of [{ timeouts: { reply: 5 } }, { session: 'clear' }, { address: 5 }]) {
    const choice = { config: 'none', policy: 'plaintext', connect };
    await failsWith('invalid-argument', Reflect.apply(openKeyring, undefined, [choice]));
  }
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import bun, { configure, secrets } from '../src/bun.ts';
import { KeyringError } from '../src/errors.ts';
import { memoryBackend } from '../src/index.ts';
import { areWiped, watchedBackend } from './support/watched-backend.ts';

const WRONG_TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };

test('secrets: by name and by default', () => {
  assert.equal(bun.secrets, secrets);
  assert.equal(bun.configure, configure);
});

test('secrets: both forms of get and set, and delete', async () => {
  configure({ backend: memoryBackend() });
  assert.equal(await secrets.get({ service: 'cli', name: 'token' }), null);
  assert.equal(await secrets.set({ service: 'cli', name: 'token', value: 'one' }), undefined);
  assert.equal(await secrets.get('cli', 'token'), 'one');
  await secrets.set('cli', 'token', 'two');
  assert.equal(await secrets.get({ service: 'cli', name: 'token' }), 'two');
  assert.equal(await secrets.delete({ service: 'cli', name: 'token' }), true);
  assert.equal(await secrets.delete({ service: 'cli', name: 'token' }), false);
});

test('secrets: an empty value deletes', async () => {
  configure({ backend: memoryBackend() });
  await secrets.set('cli', 'token', 'one');
  await secrets.set({ service: 'cli', name: 'token', value: '' });
  assert.equal(await secrets.get('cli', 'token'), null);
});

test('secrets: arguments that Bun refuses are thrown at once', () => {
  const call = (method: 'get' | 'set' | 'delete', ...args: readonly unknown[]): unknown =>
    Reflect.apply(secrets[method], secrets, args);
  const wrong: readonly (readonly ['get' | 'set' | 'delete', ...unknown[]])[] = [
    ['get'],
    ['get', 'cli'],
    ['get', null],
    ['get', { service: 'cli' }],
    ['get', { service: '', name: 'token' }],
    ['get', { service: 'cli', name: '' }],
    ['get', { service: 1, name: 2 }],
    ['set', 'cli', 'token'],
    ['set', 'cli', 'token', null],
    ['set', { service: 'cli', name: 'token' }],
    ['set', { service: 'cli', name: 'token', value: 5 }],
    ['delete', 'cli', 'token'],
    ['delete'],
  ];
  for (const [method, ...args] of wrong) {
    assert.throws(() => call(method, ...args), WRONG_TYPE, `${method}(${JSON.stringify(args)})`);
  }
  for (const args of [['a\0b', 'c'], [{ service: 'cli', name: 'a\0b' }]]) {
    assert.throws(() => call('get', ...args), { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
  }
  assert.throws(() => call('set', 'cli', 'token', 'a\0b'), { code: 'ERR_INVALID_ARG_VALUE' });
});

test('secrets: a lock rejects with a code of Bun; null only when asked for', async () => {
  const fail = (): Promise<never> => Promise.reject(new KeyringError('locked', 'locked'));
  const backend = {
    ...memoryBackend(),
    name: 'locked',
    get: fail,
    set: fail,
    delete: fail,
    search: fail,
    status: fail,
  };
  configure({ backend });
  await assert.rejects(secrets.get('cli', 'token'), { code: 'ERR_SECRETS_INTERACTION_REQUIRED' });
  configure({ backend, locked: 'null' });
  assert.equal(await secrets.get('cli', 'token'), null);
  assert.equal(await secrets.delete({ service: 'cli', name: 'token' }), false);
  await assert.rejects(secrets.set('cli', 'token', 'x'), { name: 'BunSecretsError' });
});

test('secrets: bytes live as long as they are needed, and are wiped then', async () => {
  const { backend, given, taken, stored, deleted } = watchedBackend();
  configure({ backend });
  await secrets.set({ service: 'cli', name: 'token', value: 'other' });
  assert.deepEqual(stored, ['other']);
  assert.ok(areWiped(taken, 1));
  assert.equal(await secrets.get({ service: 'cli', name: 'token' }), 'hunter2');
  assert.ok(areWiped(given, 1));
  await secrets.set({ service: 'cli', name: 'token', value: '' });
  assert.equal(deleted(), 1, 'it is deleted once set() has resolved');
  assert.equal(stored.length, 1);
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { adopt } from '../src/cache/adopt.ts';
import { PersistedTokenCache } from '../src/cache/persisted-token-cache.ts';
import { createIdentityPlugin } from '../src/identity.ts';
import { BackendPersistence } from '../src/persistences/backend-persistence.ts';
import { createPersistence } from '../src/persistences/create-persistence.ts';
import { EncryptedFilePersistence } from '../src/persistences/encrypted-file-persistence.ts';
import { FilePersistence } from '../src/persistences/file-persistence.ts';
import { SecretAgent } from '../src/persistences/secret-agent.ts';
import {
  SecretServicePersistence,
  trialRun,
} from '../src/persistences/secret-service-persistence.ts';
import { cacheLocation } from '../src/sharing/cache-location.ts';
import { acquireCacheLock, cacheLockPath, withCacheLock } from '../src/sharing/cache-lock.ts';
import { TokenStore } from '../src/tokens/token-store.ts';

const TOLD = { name: 'TypeError', message: /^(?:options|cache): expected .+, got "\w+"$/u };

// @rule token/option-names
test('whatever takes options refuses those that there are not', async () => {
  const location = '/nonexistent/cache';
  const persistence = new FilePersistence(location);
  const store = new TokenStore({ persistence });
  const refresh = () => assert.fail('refreshed');
  const wrong = { location, persistence, lockLocaton: '/nonexistent/lock' };
  for (const made of [
    () => Reflect.construct(TokenStore, [wrong]),
    () => Reflect.construct(PersistedTokenCache, [persistence, { lockLocaton: '' }]),
    () => Reflect.construct(EncryptedFilePersistence, [{ location, password: 'pw', contxt: '' }]),
    () => Reflect.construct(SecretServicePersistence, [{ location, lable: '' }]),
    () => Reflect.construct(SecretAgent, [{ schemaName: 'org.example', colection: 'session' }]),
    () => Reflect.apply(cacheLocation, undefined, [{ name: 'cache', usr: 'me' }]),
    () => Reflect.apply(cacheLockPath, undefined, [location, { lockLocaton: '' }]),
    () => Reflect.apply(createIdentityPlugin, undefined, [{ foldr: '' }]),
    () => Reflect.construct(BackendPersistence, [{ location, backend: {}, servce: '' }]),
  ]) {
    assert.throws(made, TOLD);
  }
  for (const call of [
    Reflect.apply(createPersistence, undefined, [{ location, polcy: 'plaintext' }]),
    Reflect.apply(createPersistence, undefined, [
      { location, policy: 'encrypted-file', encryptedFile: { password: 'pw', contxt: '' } },
    ]),
    Reflect.apply(withCacheLock, undefined, [location, refresh, { lockTimeout: 1 }]),
    Reflect.apply(acquireCacheLock, undefined, [location, { lockTimeout: 1 }]),
    Reflect.apply(adopt, undefined, [location, persistence, { keepold: true }]),
    Reflect.apply(trialRun, undefined, [{ colection: 'session' }]),
    Reflect.apply(store.get, store, ['key', { refresh, recovr: refresh }]),
  ]) {
    await assert.rejects(call, TOLD);
  }
});

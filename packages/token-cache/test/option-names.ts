import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { PersistedTokenCache } from '../src/cache/persisted-token-cache.ts';
import { checkOptionNames } from '../src/option-names.ts';
import { BackendPersistence } from '../src/persistences/backend-persistence.ts';
import { createPersistence } from '../src/persistences/create-persistence.ts';
import { EncryptedFilePersistence } from '../src/persistences/encrypted-file-persistence.ts';
import { FilePersistence } from '../src/persistences/file-persistence.ts';
import { SecretAgent } from '../src/persistences/secret-agent.ts';
import { SecretServicePersistence } from '../src/persistences/secret-service-persistence.ts';
import { TokenStore } from '../src/tokens/token-store.ts';

const TOLD = { name: 'TypeError', message: /^options: expected .+, got "\w+"$/u };

test('an option that there is not is named, with those that there are', () => {
  checkOptionNames({ one: 1 }, { one: true });
  assert.throws(
    () => Reflect.apply(checkOptionNames, undefined, [{ toString: 1 }, { one: true }]),
    {
      name: 'TypeError',
      message: 'options: expected one, got "toString"',
    },
  );
});

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
    () => Reflect.construct(BackendPersistence, [{ location, backend: {}, servce: '' }]),
  ]) {
    assert.throws(made, TOLD);
  }
  for (const call of [
    Reflect.apply(createPersistence, undefined, [{ location, polcy: 'plaintext' }]),
    Reflect.apply(createPersistence, undefined, [
      { location, policy: 'encrypted-file', encryptedFile: { password: 'pw', contxt: '' } },
    ]),
    Reflect.apply(store.get, store, ['key', { refresh, recovr: refresh }]),
  ]) {
    await assert.rejects(call, TOLD);
  }
});

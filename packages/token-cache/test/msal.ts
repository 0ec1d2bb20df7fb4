/** The entry has the names of msal-node-extensions, but for the broker, which is native code. */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import * as msal from '../src/msal.ts';

test('an alias finds every name', () => {
  const original = [
    'DataProtectionScope',
    'Environment',
    'FilePersistence',
    'FilePersistenceWithDataProtection',
    'KeychainPersistence',
    'LibSecretPersistence',
    'PersistenceCachePlugin',
    'PersistenceCreator',
  ];
  const ours = Object.keys(msal).toSorted();
  assert.deepEqual(
    original.filter((name) => !ours.includes(name)),
    [],
  );
  assert.deepEqual(
    ours.filter((name) => !original.includes(name)),
    ['MsalPersistence', 'PersistenceError'],
  );
});

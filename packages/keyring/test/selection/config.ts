import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { parseConfig, readConfig } from '../../src/selection/config.ts';
import { failsWith } from '../support/failing.ts';
import { memoryHost } from '../support/memory-host.ts';

const PATH = '/home/user/.config/keywire/keyring.json';

test('the file says what programs do not, and the environment wins', async () => {
  const host = memoryHost();
  assert.deepEqual((await readConfig(host)).backend, undefined);
  host.files.set(
    PATH,
    '{"backend": "file", "collection": "work", "file": {"path": "/k", "passwordFile": "/p"}}',
  );
  const byFile = await readConfig(host);
  assert.equal(byFile.backend, 'file');
  assert.equal(byFile.backendSource, PATH);
  assert.equal(byFile.collection, 'work');
  assert.deepEqual(byFile.file, { path: '/k', passwordFile: '/p' });
  Object.assign(host.env, {
    KEYWIRE_BACKEND: 'memory',
    KEYWIRE_FILE: '/e',
    KEYWIRE_PASSWORD_FILE: '',
    KEYWIRE_COLLECTION: '',
  });
  const byEnvironment = await readConfig(host);
  assert.equal(byEnvironment.backend, 'memory');
  assert.equal(byEnvironment.backendSource, 'KEYWIRE_BACKEND');
  assert.deepEqual(byEnvironment.file, { path: '/e', passwordFile: '/p' });
  assert.equal(byEnvironment.collection, 'work');
  Object.assign(host.env, { KEYWIRE_PASSWORD_FILE: '/q', KEYWIRE_COLLECTION: 'home' });
  const allByEnvironment = await readConfig(host);
  assert.deepEqual(allByEnvironment.file, { path: '/e', passwordFile: '/q' });
  assert.equal(allByEnvironment.collection, 'home');
});

// @rule keyring/configured-paths-absolute
test('a broken file is an error that names it and the member, never as if it were not there', async () => {
  for (const text of [
    '',
    '{',
    '[]',
    'null',
    '{"backend": 5}',
    '{"backend": ""}',
    '{"backned": "file"}',
    '{"file": "path"}',
    '{"file": {"password": "s3cret"}}',
    '{"file": {"path": "~/k.keyring"}}',
    '{"file": {"passwordFile": "p"}}',
  ]) {
    const error = await failsWith('invalid-config', () => parseConfig(text, PATH));
    assert.ok(error.message.startsWith(PATH), error.message);
    assert.ok(!error.message.includes('s3cret'));
  }
  const host = memoryHost();
  host.files.set(PATH, '{');
  await failsWith('invalid-config', readConfig(host));
});

test('without a home there is no file, and the environment still counts', async () => {
  const host = memoryHost({ home: undefined, env: { KEYWIRE_BACKEND: 'memory' } });
  assert.equal((await readConfig(host)).backend, 'memory');
});

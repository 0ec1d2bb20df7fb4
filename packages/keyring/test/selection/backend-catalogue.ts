// @rule keyring/file-needs-password
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { BACKENDS, backendNamed } from '../../src/selection/backend-catalogue.ts';
import { backendSettings } from '../support/backend-settings.ts';
import { failsWith } from '../support/failing.ts';

const settings = backendSettings();

test('the rows are in the order of their priority, and have names of their own', () => {
  const priorities = BACKENDS.map((row) => row.priority);
  assert.deepEqual(
    priorities,
    [...priorities].sort((a, b) => b - a),
  );
  assert.equal(new Set(BACKENDS.map((row) => row.name)).size, BACKENDS.length);
  // What keeps nothing is never taken unasked.
  for (const row of BACKENDS) assert.equal(row.policies.length > 0, row.priority > 0);
});

test('a backend is found by its name, and an unknown one is an error that lists them', async () => {
  assert.equal(backendNamed('memory', 'test').name, 'memory');
  const error = await failsWith('unknown-backend', () => backendNamed('memroy', '/etc/x.json'));
  assert.match(error.message, /^\/etc\/x\.json: .*secret-service.*memory/);
  assert.ok(!error.message.includes('memroy'));
});

test('an encrypted file without a password is refused, and no file is made', async () => {
  const row = backendNamed('file', 'test');
  const error = await failsWith('no-password-source', row.open(settings));
  assert.notEqual(error.advice, '');
  for (const password of ['', new Uint8Array(0)]) {
    const empty = { ...settings, file: { ...settings.file, password } };
    await failsWith('no-password-source', row.open(empty));
    await failsWith('no-password-source', () => row.describe?.(empty));
  }
});

// @rule keyring/file-stays-where-it-is
test('a relative path is that of the folder in which the keyring was opened', async () => {
  const { describe } = backendNamed('file', 'test');
  for (const [path, found] of [
    ['my.keyring', '/working-folder/my.keyring'],
    ['/k', '/k'],
    [undefined, '/home/user/.local/share/keywire/default.keyring'],
  ] as const) {
    const status = describe?.({ ...settings, file: { path, password: 'p' } });
    assert.equal(status?.description, `the file ${found}, not opened for this`);
  }
});

test('backends that need nothing open', async () => {
  for (const name of ['memory', 'null', 'fail']) {
    const backend = await backendNamed(name, 'test').open(settings);
    assert.equal(backend.name, name);
  }
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { isSecretProviderError, SecretProviderError } from '../src/errors.ts';

test('an error carries its code, name and cause', () => {
  const cause = new Error('below');
  const error = new SecretProviderError('name-taken', 'x: expected it to be free', { cause });
  assert.deepEqual(
    [error.name, error.code, error.message, error.cause],
    ['SecretProviderError', 'name-taken', 'x: expected it to be free', cause],
  );
});

test('a SecretProviderError is told by its name and code, also one of another copy', () => {
  const foreign = Object.assign(new Error('x'), { name: 'SecretProviderError', code: 'x' });
  const values = [new SecretProviderError('name-taken', 'x'), foreign, new Error('x'), 'x'];
  assert.deepEqual(values.map(isSecretProviderError), [true, true, false, false]);
});

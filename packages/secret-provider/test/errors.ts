import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { SecretProviderError } from '../src/errors.ts';

test('an error carries its code, name and cause', () => {
  const cause = new Error('below');
  const error = new SecretProviderError('name-taken', 'x: expected it to be free', { cause });
  assert.deepEqual(
    [error.name, error.code, error.message, error.cause],
    ['SecretProviderError', 'name-taken', 'x: expected it to be free', cause],
  );
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { ConnectionError, isConnectionError } from '../../src/connection-error.ts';
import { AuthError, isAuthError } from '../../src/sasl/auth-error.ts';

test('auth errors: code and cause, and a guard that knows its kind alone', () => {
  const cause = new Error('below');
  const error = new AuthError('rejected', 'x', { cause });
  assert.deepEqual([error.code, error.cause], ['rejected', cause]);
  for (const none of [
    new AuthError('rejected', 'x'),
    new AuthError('rejected', 'x', { cause: undefined }),
  ]) {
    assert.equal(Object.hasOwn(none, 'cause'), false);
  }
  assert.equal(isAuthError(error), true);
  assert.equal(isConnectionError(error), false);
  assert.equal(isAuthError(new ConnectionError('closed', 'x')), false);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { asBunErrors } from '../../src/drop-ins/bun-secrets-error.ts';
import type { KeyringErrorCode } from '../../src/error-table.ts';
import { KeyringError } from '../../src/errors.ts';

test('asBunErrors: each outcome has its code of Bun, and the error underneath', async () => {
  const rows: readonly (readonly [KeyringErrorCode, string])[] = [
    ['locked', 'ERR_SECRETS_INTERACTION_REQUIRED'],
    ['prompt-required', 'ERR_SECRETS_INTERACTION_REQUIRED'],
    ['dismissed', 'ERR_SECRETS_USER_CANCELED'],
    ['unavailable', 'ERR_SECRETS_NOT_AVAILABLE'],
    ['denied', 'ERR_SECRETS_ACCESS_DENIED'],
    ['too-large', 'ERR_SECRETS_PLATFORM_ERROR'],
  ];
  for (const [code, expected] of rows) {
    const cause = new KeyringError(code, 'what happened');
    await assert.rejects(
      asBunErrors(() => Promise.reject(cause)),
      { name: 'BunSecretsError', code: expected, message: 'what happened', cause },
    );
  }
});

test('asBunErrors: what is not of this package passes as it is', async () => {
  const error = new RangeError('from a backend of the program');
  await assert.rejects(
    asBunErrors(() => Promise.reject(error)),
    (thrown) => thrown === error,
  );
  assert.equal(await asBunErrors(async () => 7), 7);
});

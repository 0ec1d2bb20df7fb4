import assert from 'node:assert/strict';
import {
  isSecretServiceError,
  type SecretServiceError,
  type SecretServiceErrorCode,
} from '../../src/index.ts';

/** Asserts that something fails with one code, and gives the error. */
export async function failsWith(
  code: SecretServiceErrorCode,
  operation: Promise<unknown>,
): Promise<SecretServiceError> {
  try {
    await operation;
  } catch (error) {
    if (!isSecretServiceError(error)) throw error;
    assert.equal(error.code, code, error.message);
    return error;
  }
  return assert.fail(`expected ${code}, got success`);
}

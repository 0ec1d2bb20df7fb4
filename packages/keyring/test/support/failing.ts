import assert from 'node:assert/strict';
import { isKeyringError, type KeyringError, type KeyringErrorCode } from '../../src/index.ts';

/** Asserts that something fails with one code, and gives the error. */
export async function failsWith(
  code: KeyringErrorCode,
  operation: Promise<unknown> | (() => unknown),
): Promise<KeyringError> {
  try {
    await (typeof operation === 'function' ? operation() : operation);
  } catch (error) {
    if (!isKeyringError(error)) throw error;
    assert.equal(error.code, code, error.message);
    return error;
  }
  return assert.fail(`expected ${code}, got success`);
}

/** Assertions on typed errors. */
import assert from 'node:assert/strict';
import { isKeyringFileError, type KeyringFileErrorCode } from '../../src/errors.ts';

export function throwsCode(code: KeyringFileErrorCode, work: () => unknown): void {
  assert.throws(work, (error) => hasCode(error, code));
}

export async function rejectsCode(
  code: KeyringFileErrorCode,
  work: Promise<unknown>,
): Promise<void> {
  await assert.rejects(work, (error) => hasCode(error, code));
}

function hasCode(error: unknown, code: KeyringFileErrorCode): boolean {
  if (!isKeyringFileError(error)) throw error;
  assert.equal(error.code, code, error.message);
  return true;
}

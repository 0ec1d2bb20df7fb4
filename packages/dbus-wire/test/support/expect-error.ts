/** Asserting on the kind of an error, and that it says nothing it should not. */
import assert from 'node:assert/strict';
import { isConnectionError, isDBusErrorReply } from '../../src/connection-error.ts';
import { isAuthError } from '../../src/sasl/auth-error.ts';

/** Runs `body`, which has to throw an error with this code. */
export function throwsCode(body: () => unknown, code: string): Error {
  try {
    body();
  } catch (error) {
    return assertCode(error, code);
  }
  assert.fail(`expected an error with code ${code}, got none`);
}

/** Awaits a promise that has to reject with an error with this code. */
export async function rejectsCode(promise: Promise<unknown>, code: string): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return assertCode(error, code);
  }
  assert.fail(`expected a rejection with code ${code}, got none`);
}

/** Awaits a promise that has to reject with an error reply of this name. */
export async function rejectsReply(promise: Promise<unknown>, errorName: string): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    assert.ok(isDBusErrorReply(error), String(error));
    assert.equal(error.errorName, errorName);
    return error;
  }
  assert.fail(`expected the error reply ${errorName}, got none`);
}

function assertCode(error: unknown, code: string): Error {
  assert.ok(isConnectionError(error) || isAuthError(error), String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

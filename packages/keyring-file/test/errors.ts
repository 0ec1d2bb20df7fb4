import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from '../../../test-fixtures/src/harness.ts';
import { isKeyringFileError, KeyringFileError, orRefusal } from '../src/errors.ts';

test('an error carries its code, its cause and its advice', () => {
  const cause = new Error('lower');
  const error = new KeyringFileError('wrong-password', 'v1 keyring: expected …', { cause });
  assert.equal(error.name, 'KeyringFileError');
  assert.equal(error.code, 'wrong-password');
  assert.equal(error.cause, cause);
  assert.match(error.advice ?? '', /final newline/u);
  assert.equal(new KeyringFileError('malformed', 'x').advice, undefined);
  assert.match(inspect(error), /wrong-password/u);
});

test('errors of another bundled copy are recognised, other values are not', () => {
  const foreign = Object.assign(new Error('x'), { name: 'KeyringFileError', code: 'closed' });
  assert.equal(isKeyringFileError(foreign), true);
  assert.equal(isKeyringFileError(new KeyringFileError('closed', 'x')), true);
  assert.equal(isKeyringFileError(Object.assign(new Error('x'), { code: 'closed' })), false);
  assert.equal(
    isKeyringFileError(Object.assign(new Error('x'), { name: 'KeyringFileError' })),
    false,
  );
  assert.equal(isKeyringFileError({ name: 'KeyringFileError', code: 'closed' }), false);
});

test('a refusal becomes a value; what is no refusal is thrown', () => {
  const refusal = new KeyringFileError('tampered-item', 'item: …');
  assert.equal(
    orRefusal(() => 5),
    5,
  );
  const thrower = (error: Error) => (): never => {
    throw error;
  };
  assert.equal(orRefusal(thrower(refusal)), refusal);
  const closed = new KeyringFileError('closed', 'x');
  assert.throws(() => orRefusal(thrower(closed)), closed);
  const internal = new Error('internal error: x');
  assert.throws(() => orRefusal(thrower(internal)), internal);
});

/** The errors of the token store. */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  aborted,
  interrupted,
  isTokenStoreError,
  mayHaveHappened,
  reasonOf,
  refreshFailed,
  TokenStoreError,
} from '../../src/tokens/token-store-error.ts';

test('name, code, reason and cause', () => {
  const cause = new Error('underneath');
  const reason = { name: 'Error', message: 'invalid_grant' };
  const error = new TokenStoreError('refresh-failed', 'expected A, got B', { cause, reason });
  assert.equal(error.message, 'token: expected A, got B');
  assert.deepEqual([error.code, error.reason, error.cause], ['refresh-failed', reason, cause]);
});

test('the guard compares name and code', () => {
  const copy = Object.assign(new Error('x'), { name: 'TokenStoreError', code: 'aborted' });
  assert.ok(isTokenStoreError(copy));
  assert.ok(isTokenStoreError(copy, 'aborted'));
  assert.ok(!isTokenStoreError(copy, 'superseded'));
  assert.ok(!isTokenStoreError(Object.assign(copy, { code: 'other' })));
  assert.ok(!isTokenStoreError(new Error('x')));
});

test('a reason has the words of an error, and nothing that hangs on it', () => {
  const error = Object.assign(new TypeError('x'), { code: 7, response: { secret: 's' } });
  assert.deepEqual(reasonOf(error), { name: 'TypeError', message: 'x', code: '7' });
  assert.deepEqual(reasonOf(new Error('x')), { name: 'Error', message: 'x' });
  assert.deepEqual(reasonOf('text'), { name: 'Error', message: 'text' });
});

test('whatever is thrown has a reason in text', () => {
  const odd = Object.assign(new Error('x'), { message: { a: 1 }, name: 5n, code: undefined });
  assert.deepEqual(reasonOf(odd), { name: '5', message: '[object Object]' });
  const mute = Object.create(null);
  assert.deepEqual(reasonOf(mute), { name: 'Error', message: 'a thrown object' });
  assert.equal(reasonOf(Object.assign(new Error('x'), { code: mute })).code, 'a thrown object');
  assert.equal(reasonOf(Symbol('s')).message, 'Symbol(s)');
});

test('only an error that says so may have happened', () => {
  assert.ok(mayHaveHappened(Object.assign(new Error('x'), { mayHaveHappened: true })));
  assert.ok(!mayHaveHappened(Object.assign(new Error('x'), { mayHaveHappened: 'yes' })));
  assert.ok(!mayHaveHappened({ mayHaveHappened: true }));
});

test('the errors that the store makes', () => {
  const cause = new Error('underneath');
  const reason = { name: 'Error', message: 'refused' };
  assert.deepEqual(
    [refreshFailed(reason, cause).code, refreshFailed(reason, cause).cause],
    ['refresh-failed', cause],
  );
  assert.equal(refreshFailed(reason, undefined).cause, undefined);
  assert.equal(interrupted().code, 'refresh-interrupted');
  assert.equal(aborted(AbortSignal.abort(cause)).cause, cause);
});

/** The errors: names, codes and places, told apart also across copies of the class. */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  isPersistenceError,
  PersistenceDecryptionError,
  PersistenceEncryptionError,
  PersistenceError,
  PersistenceNotFound,
} from '../src/errors.ts';

test('each class has its name, and all carry code, location and advice', () => {
  const made = [
    new PersistenceError('failed', '/x', 'expected A, got B', { advice: 'do C' }),
    new PersistenceEncryptionError('locked', '/x', 'expected A, got B', { advice: 'do C' }),
    new PersistenceDecryptionError('denied', '/x', 'expected A, got B', { advice: 'do C' }),
    new PersistenceNotFound('/x', { advice: 'do C' }),
  ];
  assert.deepEqual(
    made.map(({ name, code }) => `${name} ${code}`),
    [
      'PersistenceError failed',
      'PersistenceEncryptionError locked',
      'PersistenceDecryptionError denied',
      'PersistenceNotFound not-found',
    ],
  );
  for (const error of made) {
    assert.ok(error instanceof PersistenceError);
    assert.equal(error.location, '/x');
    assert.equal(error.advice, 'do C');
    assert.match(error.message, /^persistence \/x: expected .*, got .*$/u);
  }
});

test('the cause is passed on, and advice is empty where there is none', () => {
  const cause = new Error('underneath');
  const error = new PersistenceNotFound('/x', { cause });
  assert.equal(error.cause, cause);
  assert.equal(error.advice, '');
});

test('the guard compares name and code, so that another copy counts', () => {
  const copy = Object.assign(new Error('x'), { name: 'PersistenceNotFound', code: 'not-found' });
  assert.ok(isPersistenceError(copy));
  assert.ok(isPersistenceError(copy, 'not-found'));
  assert.ok(!isPersistenceError(copy, 'locked'));
  assert.ok(!isPersistenceError(Object.assign(new Error('x'), { code: 'not-found' })));
  assert.ok(!isPersistenceError(Object.assign(copy, { code: 'ENOENT' })));
  assert.ok(!isPersistenceError(undefined));
});

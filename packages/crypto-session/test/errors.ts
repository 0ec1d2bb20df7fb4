import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CryptoSessionError, isCryptoSessionError } from '../src/errors.ts';

test('an error has its name, code, message and cause', () => {
  const cause = new Error('below');
  const error = new CryptoSessionError('decrypt-failed', 'encrypted secret: …', { cause });
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'CryptoSessionError');
  assert.equal(error.code, 'decrypt-failed');
  assert.equal(error.message, 'encrypted secret: …');
  assert.equal(error.cause, cause);
});

test('the guard knows errors by name and code', () => {
  for (const code of ['peer-key-invalid', 'decrypt-failed'] as const) {
    assert.ok(isCryptoSessionError(new CryptoSessionError(code, '')));
    const foreign = Object.assign(new Error(''), { name: 'CryptoSessionError', code });
    assert.ok(isCryptoSessionError(foreign), 'one from another copy of the package');
  }
  const strangers = [
    undefined,
    { name: 'CryptoSessionError', code: 'decrypt-failed' },
    new Error('plain'),
    Object.assign(new Error(''), { name: 'CryptoSessionError' }),
    Object.assign(new Error(''), { name: 'CryptoSessionError', code: 'other' }),
    Object.assign(new Error(''), { code: 'decrypt-failed' }),
  ];
  for (const stranger of strangers) assert.equal(isCryptoSessionError(stranger), false);
});

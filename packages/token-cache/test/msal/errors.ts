/** Errors in MSAL's words. */
import assert from 'node:assert/strict';
import { LockError } from '@keywire/file-lock';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PersistenceError as Ours, PersistenceDecryptionError } from '../../src/errors.ts';
import { asMsalError, PersistenceError } from '../../src/msal/errors.ts';

test('the code is that of the original, and the cause ours', () => {
  const locked = new PersistenceDecryptionError('locked', '/x', 'expected to load, got locked', {
    advice: 'unlock it',
  });
  const lock = new LockError('timeout', '/x.lockfile', 'expected to get it');
  const rows = [
    [locked, 'secret-service', 'GnomeKeyringError'],
    [locked, 'encrypted-file', 'CachePersistenceError'],
    [new Ours('not-supported', '/x', 'e'), 'secret-service', 'NotSupportedError'],
    [new Ours('not-verified', '/x', 'e'), 'file', 'PersistenceNotVerifiedError'],
    [new Ours('not-writable', '/x', 'e'), 'file', 'EACCES'],
    [new Ours('no-space', '/x', 'e'), 'file', 'ENOSPC'],
    [lock, 'file', 'CrossPlatformLockError'],
  ] as const;
  for (const [cause, kind, errorCode] of rows) {
    const error = asMsalError(cause, kind);
    assert.ok(error instanceof PersistenceError);
    assert.deepEqual(
      [error.name, error.errorCode, error.cause],
      ['PersistenceError', errorCode, cause],
    );
    assert.equal(error.message, `${errorCode}: ${error.errorMessage}`);
  }
  assert.match(String(asMsalError(locked, 'file')), /unlock it$/u);
});

test('what is no failure of a persistence passes unchanged', () => {
  const error = new TypeError('misuse');
  assert.equal(asMsalError(error, 'file'), error);
});

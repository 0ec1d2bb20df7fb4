/** Errors of keyrings and encrypted files in a persistence's words. */
import assert from 'node:assert/strict';
import { LockError, ReplaceFileError } from '@keywire/file-lock';
import { KeyringFileError } from '@keywire/keyring-file';
import { LockedError } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PersistenceNotFound } from '../../src/errors.ts';
import { translateError } from '../../src/persistences/translate-error.ts';

test('what is in the right words already passes unchanged', () => {
  const lock = new LockError('timeout', '/x.lock', 'expected it');
  for (const error of [new PersistenceNotFound('/x'), lock, new TypeError('misuse')]) {
    assert.equal(translateError(error, 'load', '/x'), error);
  }
});

test('the class tells what was under way, the code why, and the advice is passed on', () => {
  const locked = new LockedError('locked', 'keyring', { advice: 'unlock it' });
  const expected = { code: 'locked', location: '/x', advice: 'unlock it', cause: locked };
  for (const [operation, name] of [
    ['save', 'PersistenceEncryptionError'],
    ['load', 'PersistenceDecryptionError'],
    ['delete', 'PersistenceError'],
  ] as const) {
    assert.throws(
      () => {
        throw translateError(locked, operation, '/x');
      },
      { name, ...expected },
    );
  }
});

test("the words underneath are told, but for those of an application's own store", () => {
  const locked = new LockedError('locked', 'keyring');
  assert.match(String(translateError(locked, 'load', '/x')), /got locked \(keyring: .+\)$/u);
  const own = new Error('cannot store "hunter2"');
  assert.doesNotMatch(String(translateError(own, 'save', '/x')), /hunter2/u);
});

test('locks and disks keep their own words', () => {
  const lock = new LockError('timeout', '/x.lock', 'expected it');
  const locked = new KeyringFileError('lock-failed', 'x', { cause: lock });
  assert.equal(translateError(locked, 'save', '/x'), lock);
  const full = new ReplaceFileError('no-space', '/x', 'expected room');
  const failed = new KeyringFileError('write-failed', 'x', { cause: full });
  assert.throws(
    () => {
      throw translateError(failed, 'save', '/x');
    },
    { name: 'PersistenceEncryptionError', code: 'no-space' },
  );
});

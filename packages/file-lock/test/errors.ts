import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  FolderError,
  isFolderError,
  isLockError,
  isReplaceFileError,
  LockError,
  ReplaceFileError,
} from '../src/errors.ts';

test('a lock error has its path, holder and age', () => {
  const cause = new Error('below');
  const error = new LockError('timeout', '/l', 'expected …', {
    holder: { pid: 5 },
    ageMs: 7,
    cause,
  });
  assert.equal(error.name, 'LockError');
  assert.equal(error.message, 'lock /l: expected …');
  assert.equal(error.cause, cause);
  assert.deepEqual(
    [error.code, error.path, error.holder, error.ageMs],
    ['timeout', '/l', { pid: 5 }, 7],
  );
  const bare = new LockError('io-failed', '/l', 'x');
  assert.deepEqual([bare.holder, bare.ageMs, 'cause' in bare], [undefined, undefined, false]);
});

test('a replace error has its path', () => {
  const error = new ReplaceFileError('no-space', '/f', 'expected …', { cause: 1 });
  assert.equal(error.message, 'file /f: expected …');
  assert.deepEqual(
    [error.name, error.code, error.path, error.cause],
    ['ReplaceFileError', 'no-space', '/f', 1],
  );
});

test('a folder error has its path, and advice where something can be done', () => {
  const error = new FolderError('unsafe-folder', '/d', 'expected …');
  assert.deepEqual(
    [error.name, error.code, error.path, error.message],
    ['FolderError', 'unsafe-folder', '/d', 'folder /d: expected …'],
  );
  assert.match(error.advice, /chmod go-w/u);
  const failed = new FolderError('no-space', '/d', 'x', { cause: 1 });
  assert.deepEqual([failed.advice, failed.cause], ['', 1]);
});

test('the guards know every code', () => {
  const lost = ['symbolic-link', 'foreign-owner', 'not-a-file'];
  const unwritten = ['no-space', 'not-writable', 'write-failed'];
  for (const [name, isOne, codes] of [
    ['LockError', isLockError, ['timeout', 'aborted', 'lock-lost', ...lost, 'io-failed']],
    ['ReplaceFileError', isReplaceFileError, [...lost, ...unwritten]],
    ['FolderError', isFolderError, ['unsafe-folder', ...unwritten, 'read-failed']],
  ] as const) {
    for (const code of codes) {
      assert.ok(isOne(Object.assign(new Error(''), { name, code })), `${name} ${code}`);
    }
    assert.ok(!isOne(Object.assign(new Error(''), { name, code: '' })));
  }
});

test('the guards know errors by name and code', () => {
  const lock = new LockError('aborted', '/l', '');
  const replace = new ReplaceFileError('write-failed', '/f', '');
  assert.ok(isLockError(lock) && !isLockError(replace));
  assert.ok(isReplaceFileError(replace) && !isReplaceFileError(lock));
  const folder = new FolderError('no-space', '/d', '');
  assert.ok(isFolderError(folder) && !isFolderError(replace) && !isReplaceFileError(folder));
  assert.ok(isLockError(Object.assign(new Error(''), { name: 'LockError', code: 'timeout' })));
  for (const stranger of [
    null,
    new Error(''),
    { name: 'LockError', code: 'timeout' },
    Object.assign(new Error(''), { name: 'LockError' }),
    Object.assign(new Error(''), { name: 'LockError', code: 'no-space' }),
  ]) {
    assert.ok(!isLockError(stranger) && !isReplaceFileError(stranger));
  }
});

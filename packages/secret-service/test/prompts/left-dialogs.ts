import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { LeftDialogs } from '../../src/prompts/left-dialogs.ts';

test('what is of another kind, or of none that is open, goes at once', () => {
  const left = new LeftDialogs();
  const gone: string[] = [];
  left.whenNone('unlock', () => gone.push('first'));
  left.add('1', 'unlock');
  left.whenNone('create', () => gone.push('create'));
  left.whenNone('unlock', () => gone.push('second'));
  assert.deepEqual(gone, ['first', 'create']);
});

test('the others go once all of their kind are answered, unless they gave up', () => {
  const left = new LeftDialogs();
  const gone: string[] = [];
  left.add('1', 'unlock');
  left.add('2', 'unlock');
  left.whenNone('unlock', () => gone.push('patient'));
  left.whenNone('unlock', () => gone.push('impatient'))();
  assert.equal(left.answered('3'), false);
  assert.equal(left.answered('1'), true);
  assert.deepEqual(gone, []);
  assert.equal(left.answered('2'), true);
  assert.deepEqual(gone, ['patient']);
  assert.equal(left.answered('2'), false);
});

test('a daemon that is gone has none, and nobody waits for it', () => {
  const left = new LeftDialogs();
  const gone: string[] = [];
  left.add('1', 'unlock');
  left.whenNone('unlock', () => gone.push('before'));
  left.clear();
  assert.equal(left.answered('1'), false);
  left.whenNone('unlock', () => gone.push('after'));
  assert.deepEqual(gone, ['after']);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isPromptError, PromptError } from '../../src/terminal/prompt-error.ts';

test('isPromptError: by name and code, whichever copy of the class made it', () => {
  const error = new PromptError('interrupted', 'interrupted');
  assert.ok(isPromptError(error));
  assert.ok(isPromptError(error, 'interrupted'));
  assert.ok(!isPromptError(error, 'not-answered'));
  const copy = Object.assign(new Error('x'), { name: 'PromptError', code: 'interrupted' });
  assert.ok(isPromptError(copy, 'interrupted'));
  assert.ok(!isPromptError(new Error('x')));
  assert.ok(!isPromptError(undefined));
});

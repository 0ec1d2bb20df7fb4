import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import * as prompt from '../src/prompt.ts';

test('the sub-path has what a program needs to ask, and nothing else', () => {
  assert.deepEqual(Object.keys(prompt).sort(), [
    'MAX_HIDDEN_LINE_BYTES',
    'PromptError',
    'isPromptError',
    'readHidden',
  ]);
});

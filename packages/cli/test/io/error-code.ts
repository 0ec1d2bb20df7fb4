import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { errorCode } from '../../src/io/error-code.ts';

test('errorCode: the name of what went wrong, where it has one', () => {
  try {
    readFileSync('/nonexistent/file');
    assert.fail('read');
  } catch (error) {
    assert.equal(errorCode(error), 'ENOENT');
  }
  assert.equal(errorCode(new Error('x')), 'unknown error');
  assert.equal(errorCode('x'), 'unknown error');
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { expectPresent } from '../src/invariant.ts';

test('a value passes, none is a fault of ours and looks like one', () => {
  assert.equal(expectPresent(0, 'a number'), 0);
  assert.throws(() => expectPresent(undefined, 'a number'), {
    name: 'Error',
    message: 'internal error: expected a number, got none',
  });
});

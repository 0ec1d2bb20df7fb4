import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { hasNameAndCode } from '../src/has-name-and-code.ts';

test('guards: an error is known by its name and a code in words, whatever class it is of', () => {
  const named = (name: string, parts: object): Error =>
    Object.assign(new Error('x'), { name }, parts);
  assert.equal(hasNameAndCode(named('WireError', { code: 'serial-zero' }), 'WireError'), true);
  assert.equal(hasNameAndCode(named('AuthError', { code: 'rejected' }), 'WireError'), false);
  assert.equal(hasNameAndCode(named('WireError', { code: 5 }), 'WireError'), false);
  assert.equal(hasNameAndCode(named('WireError', {}), 'WireError'), false);
  for (const value of [{ name: 'WireError', code: 'serial-zero' }, 'WireError', null, undefined]) {
    assert.equal(hasNameAndCode(value, 'WireError'), false);
  }
});

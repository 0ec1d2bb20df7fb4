import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { isMessageBusError, MessageBusError } from '../src/errors.ts';

test('a MessageBusError is told by its name and code, also one of another copy', () => {
  const foreign = Object.assign(new Error('x'), { name: 'MessageBusError', code: 'path-too-long' });
  assert.equal(isMessageBusError(new MessageBusError('address-in-use', 'x')), true);
  assert.equal(isMessageBusError(foreign), true);
  assert.equal(isMessageBusError(new Error('x')), false);
  assert.equal(isMessageBusError('x'), false);
});

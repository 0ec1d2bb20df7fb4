import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { faultKind } from '../../src/output/fault-kind.ts';

test('faultKind: names and codes of an error and of its causes, and no word of their texts', () => {
  const full = Object.assign(new Error('hunter2'), { code: 'ENOSPC' });
  const failed = Object.assign(new TypeError('hunter3', { cause: full }), { code: 'io-failed' });
  assert.equal(faultKind(failed), 'TypeError io-failed: Error ENOSPC');
  assert.equal(
    faultKind(new RangeError('hunter4', { cause: failed })),
    'RangeError: TypeError io-failed: Error ENOSPC',
  );
  assert.equal(faultKind(new Error('hunter5', { cause: 'hunter6' })), 'Error');
  assert.equal(faultKind('hunter7'), 'string');
  const circular = new Error('hunter8');
  circular.cause = circular;
  assert.equal(faultKind(circular), 'Error: Error: Error: Error');
});

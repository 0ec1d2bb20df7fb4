import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { systemSeconds } from '../../src/io/system-clock.ts';

test('whole seconds of the system', () => {
  const before = Math.floor(Date.now() / 1000);
  const now = systemSeconds();
  assert.ok(Number.isInteger(now) && now >= before && now <= Date.now() / 1000);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { timeoutMsOf } from '../../src/arguments/seconds.ts';
import type { Invocation } from '../../src/types/command.ts';

function given(timeout?: string): Invocation {
  return {
    attributes: new Map(),
    command: [],
    words: [],
    flags: new Set(),
    values: new Map(timeout === undefined ? [] : [['timeout', timeout]]),
    lists: new Map(),
  };
}

test('timeoutMsOf: whole milliseconds, or what is wrong', () => {
  assert.equal(timeoutMsOf(given()), undefined);
  assert.equal(timeoutMsOf(given('1.5')), 1500);
  assert.equal(timeoutMsOf(given('0.0001')), 1);
  assert.equal(timeoutMsOf(given('2147483')), 2_147_483_000);
  for (const wrong of ['0', 'x', '-1', '2147484', '', ' 5', '0x10', '1e3', '1.', '٣']) {
    assert.throws(() => timeoutMsOf(given(wrong)), { code: 'usage' });
  }
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { DEFAULT_BUS_LIMITS, effectiveLimits } from '../src/limits.ts';

test('a secret of 16 MiB fits into a message, and a message into the queue', () => {
  assert.ok(DEFAULT_BUS_LIMITS.maxMessageBytes > 16 * 1024 * 1024);
  assert.ok(DEFAULT_BUS_LIMITS.maxQueuedBytes >= DEFAULT_BUS_LIMITS.maxMessageBytes);
});

test('a limit that is misspelt or no number does not pass for one', () => {
  assert.deepEqual(effectiveLimits(), DEFAULT_BUS_LIMITS);
  assert.equal(effectiveLimits({ maxConnections: 2 }).maxConnections, 2);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => effectiveLimits({ maxConnection: 2 }), TypeError);
  for (const maxQueuedBytes of [0, -1, Number.NaN]) {
    assert.throws(() => effectiveLimits({ maxQueuedBytes }), RangeError);
  }
});

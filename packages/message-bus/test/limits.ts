import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { DEFAULT_BUS_LIMITS } from '../src/limits.ts';

test('a secret of 16 MiB fits into a message, and a message into the queue', () => {
  assert.ok(DEFAULT_BUS_LIMITS.maxMessageBytes > 16 * 1024 * 1024);
  assert.ok(DEFAULT_BUS_LIMITS.maxQueuedBytes >= DEFAULT_BUS_LIMITS.maxMessageBytes);
});

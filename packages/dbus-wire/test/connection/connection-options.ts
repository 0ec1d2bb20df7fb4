import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isBusName, isObjectPath } from '../../src/codec/names.ts';
import {
  BUS_NAME,
  BUS_PATH,
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_MAX_PENDING_CALLS,
  DEFAULT_REPLY_TIMEOUT_MS,
  INTERACTIVE_REPLY_TIMEOUT_MS,
} from '../../src/connection/connection-options.ts';

test('options: the bus is named as the specification names it', () => {
  assert.ok(isBusName(BUS_NAME));
  assert.ok(isObjectPath(BUS_PATH));
});

test('options: deadlines grow with what has to be waited for', () => {
  assert.ok(DEFAULT_CONNECT_TIMEOUT_MS < DEFAULT_REPLY_TIMEOUT_MS);
  assert.ok(DEFAULT_REPLY_TIMEOUT_MS < INTERACTIVE_REPLY_TIMEOUT_MS);
  // The reference bus's built-in limit is 128.
  assert.ok(DEFAULT_MAX_PENDING_CALLS < 128);
});

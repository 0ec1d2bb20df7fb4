/** The logger. */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { createLogger } from '../../src/msal/logger.ts';

test("messages go to the callback with MSAL's numbers, and nowhere without one", () => {
  const seen: unknown[] = [];
  const logger = createLogger({ loggerCallback: (...args) => seen.push(args) });
  logger.error('e');
  logger.warning('w');
  logger.info('i');
  logger.verbose('v');
  assert.deepEqual(seen, [
    [0, 'e', false],
    [1, 'w', false],
    [2, 'i', false],
    [3, 'v', false],
  ]);
  createLogger().error('nobody hears');
});

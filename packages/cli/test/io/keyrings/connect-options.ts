import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { connectOptions } from '../../../src/io/keyrings/connect-options.ts';
import { tell } from '../../../src/io/terminal/tell.ts';

test('connectOptions: encrypted unless asked otherwise, one time for every wait', () => {
  assert.deepEqual(connectOptions({ noPrompt: false, plain: false }), { session: 'encrypted' });
  assert.deepEqual(connectOptions({ noPrompt: false, plain: true, trace: true, timeoutMs: 5 }), {
    session: 'plain',
    trace: tell,
    timeouts: { connectMs: 5, replyMs: 5, promptMs: 5 },
  });
});

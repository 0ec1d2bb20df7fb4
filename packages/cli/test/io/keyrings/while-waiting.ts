import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { whileWaiting } from '../../../src/io/keyrings/while-waiting.ts';

test('whileWaiting: passes on what the operation comes to, and leaves no timer behind', async () => {
  assert.equal(await whileWaiting(Promise.resolve(7)), 7);
  const failure = new Error('x');
  await assert.rejects(whileWaiting(Promise.reject(failure)), failure);
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout'),
    [],
  );
});

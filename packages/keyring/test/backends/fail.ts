import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { failBackend } from '../../src/backends/fail.ts';
import { failsWith } from '../support/failing.ts';

test('it refuses everything as unavailable', async () => {
  const backend = failBackend();
  const key = { service: 's', username: 'u' };
  await failsWith('unavailable', backend.get(key));
  await failsWith('unavailable', backend.set(key, new Uint8Array(0)));
  await failsWith('unavailable', backend.delete(key));
  await failsWith('unavailable', backend.search({}));
  assert.equal((await backend.status()).state, 'unavailable');
});

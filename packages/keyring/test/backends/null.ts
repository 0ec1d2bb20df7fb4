import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { nullBackend } from '../../src/backends/null.ts';

test('it finds nothing, keeps nothing, and says so', async () => {
  const backend = nullBackend();
  const key = { service: 's', username: 'u' };
  await backend.set(key, Uint8Array.of(1));
  assert.equal(await backend.get(key), undefined);
  assert.equal(await backend.delete(key), 0);
  assert.deepEqual(await backend.search({}), []);
  const status = await backend.status();
  assert.equal(status.isPersistent, false);
  assert.match(status.description, /nothing/);
});

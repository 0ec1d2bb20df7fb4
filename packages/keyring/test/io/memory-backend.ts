import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../../src/io/memory-backend.ts';

const KEY = { service: 's', username: 'u' };

test('two share nothing; times are those of a given clock, else of this machine', async () => {
  const [one, two] = [memoryBackend({ now: () => 42 }), memoryBackend()];
  await one.set(KEY, Uint8Array.of(1));
  assert.equal(await two.get(KEY), undefined);
  assert.equal((await one.search({}))[0]?.modifiedMs, 42);
  const before = Date.now();
  await two.set(KEY, Uint8Array.of(2));
  const [found] = await two.search({});
  assert.ok((found?.modifiedMs ?? 0) >= before && (found?.modifiedMs ?? 0) <= Date.now());
});

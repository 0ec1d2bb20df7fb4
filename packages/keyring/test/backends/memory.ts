import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../../src/backends/memory.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';

test('two share nothing; name, scheme and clock can be given', async () => {
  const one = memoryBackend({ name: 'one', schemes: schemesOf('keytar'), now: () => 42 });
  const two = memoryBackend();
  const key = { service: 's', username: 'u' };
  await one.set(key, Uint8Array.of(1));
  assert.equal(await two.get(key), undefined);
  assert.equal(one.name, 'one');
  assert.equal((await one.search({}))[0]?.modifiedMs, 42);
  assert.equal((await one.search({}))[0]?.label, 's/u');
});

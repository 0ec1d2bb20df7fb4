import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { makeMemoryBackend } from '../../src/backends/memory.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';

test('name and scheme can be given, and times are the clock’s', async () => {
  const one = makeMemoryBackend(() => 42, { name: 'one', schemes: schemesOf('keytar') });
  await one.set({ service: 's', username: 'u' }, Uint8Array.of(1));
  assert.equal(one.name, 'one');
  assert.equal((await one.search({}))[0]?.modifiedMs, 42);
  assert.equal((await one.search({}))[0]?.label, 's/u');
  assert.equal(makeMemoryBackend(() => 42).name, 'memory');
});

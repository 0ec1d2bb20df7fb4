import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../../src/io/memory-backend.ts';
import { probeBackend } from '../../src/keyring/probe.ts';
import type { Backend, EntryKey } from '../../src/types/backend.ts';
import { failsWith } from '../support/failing.ts';
import { viewOf } from '../support/view-of.ts';

function counting(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `name-${count}`;
  };
}

// @rule keyring/probe-compares
test('it uses another key each time, in the group, and leaves nothing behind', async () => {
  const backend = memoryBackend();
  const keys: EntryKey[] = [];
  const watched: Backend = {
    ...viewOf(backend),
    set: (key, secret, options) => {
      keys.push(key);
      return backend.set(key, secret, options);
    },
  };
  const randomName = counting();
  await probeBackend(watched, { randomName, group: 'g' }, {});
  await probeBackend(watched, { randomName }, {});
  assert.equal(keys[0]?.group, 'g');
  assert.equal(keys[1]?.group, undefined);
  assert.notEqual(keys[0]?.username, keys[1]?.username);
  assert.deepEqual(await backend.search({}), []);
});

test('what fails on the way is told, and what was stored is cleared away', async () => {
  const backend = memoryBackend();
  const blind: Backend = {
    ...viewOf(backend),
    get: async () => {
      throw new Error('cannot read');
    },
  };
  const probing = probeBackend(blind, { randomName: counting() }, {});
  await assert.rejects(probing, /cannot read/);
  assert.deepEqual(await backend.search({}), []);
  const hollow: Backend = { ...viewOf(backend), set: async () => {} };
  await failsWith('probe-failed', probeBackend(hollow, { randomName: counting() }, {}));
  const sticky: Backend = { ...viewOf(backend), delete: async () => 0 };
  await failsWith('probe-failed', probeBackend(sticky, { randomName: counting() }, {}));
});

// @rule keyring/probe-leaves-nothing
test('what an abort cuts short is cleared away as well', async () => {
  const backend = memoryBackend();
  const controller = new AbortController();
  const { signal } = controller;
  const slow: Backend = {
    ...viewOf(backend),
    get: async (key, options) => {
      controller.abort();
      return backend.get(key, options);
    },
  };
  await failsWith('aborted', probeBackend(slow, { randomName: counting() }, { signal }));
  assert.deepEqual(await backend.search({}), []);
});

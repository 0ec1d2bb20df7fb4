import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { chainBackend } from '../../src/backends/chain.ts';
import { failBackend } from '../../src/backends/fail.ts';
import { keyringError } from '../../src/errors.ts';
import { memoryBackend } from '../../src/io/memory-backend.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';
import type { Backend } from '../../src/types/backend.ts';
import { failsWith } from '../support/failing.ts';

const KEY = { service: 's', username: 'u' };

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(secret: Uint8Array | undefined): string | undefined {
  return secret === undefined ? undefined : new TextDecoder().decode(secret);
}

/** Reads as another does, and does not store. */
function readOnly(backend: Backend): Backend {
  const refuse = async (): Promise<never> => {
    throw keyringError('not-supported', 'read-only');
  };
  return {
    name: 'read-only',
    get: (key) => backend.get(key),
    set: refuse,
    delete: refuse,
    search: (filter) => backend.search(filter),
    status: () => backend.status(),
  };
}

test('the first that has it gives it, and the first that stores stores', async () => {
  const [old, first, second] = [memoryBackend(), memoryBackend(), memoryBackend()];
  await old.set(KEY, bytes('old'));
  const chain = chainBackend([readOnly(old), first, second]);
  assert.equal(chain.name, 'chain(read-only, memory, memory)');
  assert.equal(text(await chain.get(KEY)), 'old');
  const other = { service: 's', username: 'other' };
  await chain.set(other, bytes('new'));
  assert.equal(text(await first.get(other)), 'new');
  assert.equal(await second.get(other), undefined);
  assert.equal(text(await chain.get(other)), 'new');
  assert.equal(await chain.get({ service: 's', username: 'nobody' }), undefined);
  await second.set(other, bytes('hidden'));
  const found = await chain.search({ service: 's' });
  assert.deepEqual(found.map(({ secret }) => text(secret)).sort(), ['new', 'old']);
  assert.equal(await chain.delete(other), 2);
  assert.equal(await chain.get(other), undefined);
});

test('what is found comes newest first, and a secret that is hidden by another is wiped', async () => {
  const times = { now: 1000 };
  const [first, second] = [0, 1].map(() => memoryBackend({ now: () => times.now }));
  assert.ok(first !== undefined && second !== undefined);
  const given: Uint8Array[] = [];
  const watched: Backend = {
    ...readOnly(second),
    search: async (filter) => {
      const found = await second.search(filter);
      given.push(...found.map(({ secret }) => secret));
      return found;
    },
  };
  for (const [backend, username] of [
    [first, 'u'],
    [second, 'v'],
    [second, 'u'],
    [first, 'w'],
  ] as const) {
    times.now += 1000;
    await backend.set({ service: 's', username }, bytes(username));
  }
  const found = await chainBackend([first, watched]).search({});
  assert.deepEqual(
    found.map(({ username }) => username),
    ['w', 'v', 'u'],
  );
  assert.deepEqual(given.map((secret) => text(secret)).sort(), ['\0', 'v']);
});

test('a link that fails to store is never gone around, whatever it can read', async () => {
  const second = memoryBackend();
  const refuse = async (): Promise<never> => {
    throw keyringError('unavailable', 'first');
  };
  const first: Backend = { ...readOnly(memoryBackend()), set: refuse, delete: refuse };
  await second.set(KEY, bytes('x'));
  await failsWith('unavailable', chainBackend([first, second]).set(KEY, bytes('y')));
  await failsWith('unavailable', chainBackend([first, second]).delete(KEY));
  assert.equal(text(await second.get(KEY)), 'x');
});

test('a backend that is locked or broken is never gone around', async () => {
  const locked: Backend = {
    ...failBackend(),
    get: async () => {
      throw keyringError('unavailable', 'first');
    },
  };
  const second = memoryBackend();
  await second.set(KEY, bytes('x'));
  const chain = chainBackend([locked, second]);
  await failsWith('unavailable', chain.get(KEY));
  await failsWith('unavailable', chain.set(KEY, bytes('y')));
  await failsWith('unavailable', chain.delete(KEY));
  assert.equal(text(await second.get(KEY)), 'x');
});

// @rule keyring/chain-hides-nothing
test('an entry that a link keeps for itself is neither hidden by another nor called absent', async () => {
  const [old, second] = [memoryBackend(), memoryBackend()];
  await old.set(KEY, bytes('old'));
  const kept: (Uint8Array | undefined)[] = [];
  const keeping: Backend = {
    ...readOnly(old),
    get: async (key) => {
      kept.push(await old.get(key));
      return kept.at(-1);
    },
  };
  const chain = chainBackend([keeping, second]);
  await failsWith('not-supported', chain.set(KEY, bytes('new')));
  assert.deepEqual([...(kept.at(-1) ?? [])], [0, 0, 0]);
  await failsWith('not-supported', chain.delete(KEY));
  assert.equal(text(await chain.get(KEY)), 'old');
  assert.equal(await second.get(KEY), undefined);
  const theirs = memoryBackend({ schemes: schemesOf('99designs') });
  const schemes = chainBackend([theirs, second]);
  await schemes.set({ service: 'awsvault', username: 'u' }, bytes('new'));
  assert.equal(await schemes.delete({ service: 'awsvault', username: 'u' }), 1);
});

test('where none stores, it is said; a chain of none is refused', async () => {
  const chain = chainBackend([readOnly(memoryBackend())]);
  await failsWith('not-supported', chain.set(KEY, bytes('x')));
  assert.equal(await chain.delete(KEY), 0);
  await failsWith('invalid-argument', () => chainBackend([]));
});

test('closing closes all, also where one fails', async () => {
  const [first, second] = [memoryBackend(), memoryBackend()];
  const failing: Backend = {
    ...failBackend(),
    close: async () => {
      throw keyringError('backend-failed', 'first');
    },
  };
  let isClosed = false;
  const slow: Backend = {
    ...failBackend(),
    close: async () => {
      await new Promise(setImmediate);
      isClosed = true;
    },
  };
  const chain = chainBackend([first, failing, slow, second]);
  await failsWith('backend-failed', () => chain.close?.());
  assert.equal(isClosed, true);
  await failsWith('closed', first.get(KEY));
  await failsWith('closed', second.get(KEY));
});

test('its status is the first one’s, and closing closes all', async () => {
  const [first, second] = [memoryBackend(), memoryBackend()];
  const chain = chainBackend([first, second]);
  const status = await chain.status();
  assert.equal(status.state, 'ready');
  assert.match(status.description, /memory: .*; memory: /);
  await chain.close?.();
  await failsWith('closed', first.get(KEY));
  await failsWith('closed', second.get(KEY));
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { NameFlag, NameRegistry } from '../../src/hub/name-registry.ts';

const { ALLOW_REPLACEMENT, REPLACE_EXISTING, DO_NOT_QUEUE } = NameFlag;
const NAME = 'org.example.Name';

test('a free name is owned at once', () => {
  const registry = new NameRegistry();
  assert.deepEqual(registry.request(NAME, ':1.1', 0), {
    reply: 1,
    change: { name: NAME, oldOwner: '', newOwner: ':1.1' },
  });
  assert.equal(registry.ownerOf(NAME), ':1.1');
  assert.deepEqual(registry.names(), [NAME]);
});

// @rule bus/request-updates-flags
test('asking again changes the flags only', () => {
  const registry = new NameRegistry();
  registry.request(NAME, ':1.1', 0);
  assert.deepEqual(registry.request(NAME, ':1.1', ALLOW_REPLACEMENT), { reply: 4 });
  assert.equal(registry.request(NAME, ':1.2', REPLACE_EXISTING).reply, 1);
});

test('who comes second waits in the queue and follows', () => {
  const registry = new NameRegistry();
  registry.request(NAME, ':1.1', 0);
  assert.deepEqual(registry.request(NAME, ':1.2', 0), { reply: 2 });
  assert.deepEqual(registry.request(NAME, ':1.3', REPLACE_EXISTING), { reply: 2 });
  assert.deepEqual(registry.queuedOwners(NAME), [':1.1', ':1.2', ':1.3']);
  assert.deepEqual(registry.release(NAME, ':1.1'), {
    reply: 1,
    change: { name: NAME, oldOwner: ':1.1', newOwner: ':1.2' },
  });
});

// @rule bus/request-updates-flags
test('who waits and asks again changes its flags, not its place', () => {
  const registry = new NameRegistry();
  registry.request(NAME, ':1.1', 0);
  registry.request(NAME, ':1.2', 0);
  registry.request(NAME, ':1.3', 0);
  assert.deepEqual(registry.request(NAME, ':1.2', ALLOW_REPLACEMENT), { reply: 2 });
  assert.deepEqual(registry.queuedOwners(NAME), [':1.1', ':1.2', ':1.3']);
  registry.release(NAME, ':1.1');
  assert.equal(registry.request(NAME, ':1.3', REPLACE_EXISTING).reply, 1);
});

// @rule bus/do-not-queue-leaves-queue
test('who waits and then asks not to wait leaves the queue', () => {
  const registry = new NameRegistry();
  registry.request(NAME, ':1.1', 0);
  registry.request(NAME, ':1.2', 0);
  assert.deepEqual(registry.request(NAME, ':1.2', DO_NOT_QUEUE), { reply: 3 });
  assert.deepEqual(registry.queuedOwners(NAME), [':1.1']);
});

// @rule bus/replaced-owner-waits-first
test('a replaced owner waits first, unless it asked not to queue', () => {
  for (const { flags, queue } of [
    { flags: ALLOW_REPLACEMENT, queue: [':1.3', ':1.1', ':1.2'] },
    { flags: ALLOW_REPLACEMENT | DO_NOT_QUEUE, queue: [':1.3', ':1.2'] },
  ]) {
    const registry = new NameRegistry();
    registry.request(NAME, ':1.1', flags);
    registry.request(NAME, ':1.2', 0);
    registry.request(NAME, ':1.3', 0);
    assert.deepEqual(registry.request(NAME, ':1.3', REPLACE_EXISTING), {
      reply: 1,
      change: { name: NAME, oldOwner: ':1.1', newOwner: ':1.3' },
    });
    assert.deepEqual(registry.queuedOwners(NAME), queue);
  }
});

test('releasing tells who never had the name from who only waited', () => {
  const registry = new NameRegistry();
  assert.deepEqual(registry.release(NAME, ':1.1'), { reply: 2 });
  registry.request(NAME, ':1.1', 0);
  registry.request(NAME, ':1.2', 0);
  assert.deepEqual(registry.release(NAME, ':1.3'), { reply: 3 });
  assert.deepEqual(registry.release(NAME, ':1.2'), { reply: 1 });
  assert.deepEqual(registry.queuedOwners(NAME), [':1.1']);
});

test('a connection that ends gives up all it owned and waited for', () => {
  const registry = new NameRegistry();
  registry.request(NAME, ':1.1', 0);
  registry.request('org.example.Other', ':1.2', 0);
  registry.request('org.example.Other', ':1.1', 0);
  assert.equal(registry.claimsOf(':1.1'), 2);
  assert.deepEqual(registry.releaseAll(':1.1'), [{ name: NAME, oldOwner: ':1.1', newOwner: '' }]);
  assert.equal(registry.claimsOf(':1.1'), 0);
  assert.deepEqual(registry.names(), ['org.example.Other']);
});

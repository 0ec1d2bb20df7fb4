import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { BoundedCache } from '../src/bounded-cache.ts';

test('it never holds more than two generations', () => {
  const cache = new BoundedCache<number>(10);
  for (let i = 0; i < 1000; i += 1) {
    cache.set(`key ${i}`, i);
    assert.ok(cache.size <= 20);
  }
  assert.equal(cache.get('key 999'), 999);
  assert.equal(cache.get('key 0'), undefined);
});

test('what is used survives what is not', () => {
  const cache = new BoundedCache<number>(4);
  cache.set('used', 1);
  for (let i = 0; i < 100; i += 1) {
    cache.set(`other ${i}`, i);
    assert.equal(cache.get('used'), 1);
  }
});

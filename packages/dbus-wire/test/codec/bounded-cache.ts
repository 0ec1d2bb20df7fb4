import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { BoundedCache } from '../../src/codec/bounded-cache.ts';

test('it never holds more than its capacity, and always what came last', () => {
  const cache = new BoundedCache<number>(10);
  for (let i = 0; i < 1000; i += 1) {
    cache.set(`key ${i}`, i);
    assert.ok(cache.size <= 10);
    assert.equal(cache.get(`key ${i}`), i);
  }
  assert.equal(cache.get('key 0'), undefined);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { WrittenPaths } from '../../src/codec/written-paths.ts';

test('it tells where a path was written last', () => {
  const written = new WrittenPaths();
  assert.equal(written.get('/a/b'), 0);
  written.set('/a/b', 24);
  assert.equal(written.get('/a/b'), 24);
  assert.equal(written.get('/a/c'), 0);
});

test('it holds a few paths only, the last of each slot, and clearing forgets all', () => {
  const written = new WrittenPaths();
  const paths = Array.from({ length: 100 }, (_, i) => `/item/number/${i}`);
  for (const [i, path] of paths.entries()) written.set(path, 8 * (i + 1));
  const known = paths.filter((path, i) => written.get(path) === 8 * (i + 1));
  assert.ok(known.length > 0 && known.length <= 16, `${known.length}`);
  assert.ok(paths.every((path) => known.includes(path) || written.get(path) === 0));
  written.clear();
  assert.ok(paths.every((path) => written.get(path) === 0));
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { matchesAttributes, sameAttributes } from '../../src/stores/store.ts';

const of = (attributes: Record<string, string>) => new Map(Object.entries(attributes));

test('a search matches when every wanted pair is there, exactly', () => {
  const attributes = of({ a: '1', b: '2' });
  const wanted = [{}, { a: '1' }, { a: '1', b: '2' }, { a: '2' }, { A: '1' }, { c: '' }];
  assert.deepEqual(
    wanted.map((pairs) => matchesAttributes(attributes, of(pairs))),
    [true, true, true, false, false, false],
  );
});

test('attributes are the same when both have the same pairs', () => {
  assert.ok(sameAttributes(of({ a: '1', b: '2' }), of({ b: '2', a: '1' })));
  assert.ok(!sameAttributes(of({ a: '1', b: '2' }), of({ a: '1' })));
  assert.ok(!sameAttributes(of({ a: '1' }), of({ a: '1', b: '2' })));
  assert.ok(sameAttributes(of({}), of({})));
});

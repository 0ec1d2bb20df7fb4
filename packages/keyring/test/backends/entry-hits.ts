import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  areAlike,
  compareNewestFirst,
  entryOf,
  type Hit,
  uniqueHits,
} from '../../src/backends/entry-hits.ts';
import { schemeNamed } from '../../src/schemes/schemes.ts';

function hit(
  id: string,
  times: readonly [modified?: number, created?: number] = [],
  more = {},
): Hit {
  const [modifiedMs, createdMs] = times;
  const attributes = new Map(Object.entries({ service: 's', username: 'u', ...more }));
  const item = { id, label: 'l', attributes, createdMs, modifiedMs };
  return { item, scheme: schemeNamed('cross-keychain'), key: { service: 's', username: 'u' } };
}

test('the newest comes first; of one second the later made does', () => {
  const hits = [hit('9', [1, 1]), hit('10', [1, 1]), hit('1', [1, 2]), hit('2', [2]), hit('3')];
  const order = hits.sort(compareNewestFirst).map(({ item }) => item.id);
  assert.deepEqual(order, ['2', '1', '10', '9', '3']);
  for (const [a, b] of [
    [hit('a', [1, 1]), hit('b', [1, 1])],
    [hit('b', [1]), hit('a', [1, 1])],
  ] as const) {
    assert.deepEqual([a, b].sort(compareNewestFirst), [b, a]);
    assert.deepEqual([b, a].sort(compareNewestFirst), [b, a]);
  }
});

test('an item counts once, as what it was found first', () => {
  const [first, again] = [hit('1'), hit('1', [5])];
  assert.deepEqual(uniqueHits([first, hit('2'), again]), [first, hit('2')]);
});

test('items are alike whose attributes are, but for what is added to them', () => {
  const added = hit('2', [], { 'xdg:schema': 'x', added: '1' });
  const isAddition = (name: string): boolean => name === 'added';
  assert.equal(areAlike([hit('1'), added], isAddition), true);
  assert.equal(
    areAlike([hit('1'), added], () => false),
    false,
  );
});

test('an entry has the secret as its scheme reads it, or is none', () => {
  const [entry] = entryOf(hit('1', [7]), new TextEncoder().encode('x\n'));
  assert.deepEqual(entry, {
    service: 's',
    username: 'u',
    secret: new TextEncoder().encode('x'),
    label: 'l',
    modifiedMs: 7,
  });
  assert.deepEqual(entryOf(hit('1'), undefined), []);
  const item = { ...hit('1'), scheme: schemeNamed('99designs') };
  assert.equal(entryOf(item, new TextEncoder().encode('{"Data":"eA=="}')).length, 1);
  assert.deepEqual(entryOf(item, new TextEncoder().encode('another program’s')), []);
  const unwrap = (): never => {
    throw new RangeError('its own');
  };
  const broken = { ...hit('1'), scheme: { ...schemeNamed('keywire'), unwrap } };
  assert.throws(() => entryOf(broken, new Uint8Array(0)), RangeError);
});

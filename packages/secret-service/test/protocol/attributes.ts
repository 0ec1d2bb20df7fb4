import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isSecretServiceError } from '../../src/errors/errors.ts';
import {
  identityOf,
  isSameItem,
  toAttributes,
  toNonEmptyAttributes,
  withoutAdditions,
} from '../../src/protocol/attributes.ts';

const GENERIC = { 'xdg:schema': 'org.freedesktop.Secret.Generic' };
const none = (): boolean => false;
const added = (name: string): boolean => name.startsWith('gkr:') || name === 'Uuid';
const map = (record: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(record));
const isInvalid = (error: unknown): boolean => isSecretServiceError(error, 'invalid-attributes');

test('objects and Maps are taken, and copied', () => {
  const given = new Map([['a', '1']]);
  const taken = toAttributes(given);
  assert.deepEqual(taken, given);
  assert.notEqual(taken, given);
  assert.deepEqual(toAttributes({ b: '2', a: '1' }), map({ b: '2', a: '1' }));
  assert.deepEqual(toAttributes({}), new Map());
  assert.deepEqual([...toAttributes({ ünï: '☃𝄞' })], [['ünï', '☃𝄞']]);
});

// @rule secret/attribute-text
test('what D-Bus cannot carry is refused, and never repeated', () => {
  const secret = 'hunter2';
  const bad: unknown[] = [
    { a: `${secret}\0` },
    { [`${secret}\0`]: 'a' },
    { a: `${secret}\ud800` },
    { a: `\udc00${secret}` },
    { a: 1 },
    { a: null },
    { a: undefined },
    { '': 'x' },
    [['a', 'b']],
    'a',
    null,
    undefined,
    new Map([[1, 'x']]),
  ];
  for (const attributes of bad) {
    assert.throws(
      () => Reflect.apply(toAttributes, undefined, [attributes]),
      (error) => isInvalid(error) && error instanceof Error && !error.message.includes(secret),
    );
  }
});

// @rule secret/no-empty-replace
test('an empty set is refused where it would mean everything', () => {
  assert.throws(() => toNonEmptyAttributes({}), isInvalid);
  assert.throws(() => toNonEmptyAttributes(new Map()), isInvalid);
  assert.deepEqual(toNonEmptyAttributes({ a: '1' }), map({ a: '1' }));
});

// @rule secret/exact-replace
test('two sets are the same only as a whole', () => {
  const cases: [Record<string, string>, Record<string, string>, boolean][] = [
    [{ a: '1' }, { a: '1' }, true],
    [{ a: '1' }, { a: '1', b: '2' }, false],
    [{ a: '1', b: '2' }, { a: '1' }, false],
    [{ a: '1' }, { a: '2' }, false],
    [{ a: '1' }, { A: '1' }, false],
    [{ a: '1' }, { a: '1', ...GENERIC }, true],
    [{ a: '1', ...GENERIC }, { a: '1' }, true],
    [{ a: '1', ...GENERIC }, { a: '1', ...GENERIC }, true],
    [{ a: '1', 'xdg:schema': 'x' }, { a: '1' }, false],
    [{ a: '1' }, { a: '1', 'xdg:schema': 'x' }, false],
    [{ a: '1', ...GENERIC }, { a: '1', 'xdg:schema': 'x' }, false],
    [{ a: '1', 'xdg:schema': 'x' }, { a: '1', ...GENERIC }, false],
  ];
  for (const [wanted, found, isSame] of cases) {
    assert.equal(
      isSameItem(map(wanted), map(found), none),
      isSame,
      JSON.stringify([wanted, found]),
    );
  }
});

test('what the daemon adds does not make another item, unless it was asked for', () => {
  assert.equal(isSameItem(map({ a: '1' }), map({ a: '1', 'gkr:x': 'y', Uuid: 'u' }), added), true);
  assert.equal(isSameItem(map({ a: '1', Uuid: 'u' }), map({ a: '1', Uuid: 'v' }), added), false);
  assert.equal(isSameItem(map({ a: '1', Uuid: 'u' }), map({ a: '1', Uuid: 'u' }), added), true);
  assert.deepEqual(withoutAdditions(map({ a: '1', Uuid: 'u' }), added), map({ a: '1' }));
});

test('sets that are the same item have one identity', () => {
  const generic = 'org.freedesktop.Secret.Generic';
  const identity = (...pairs: [string, string][]) => identityOf(new Map(pairs));
  assert.equal(identity(['a', '1'], ['b', '2']), identity(['b', '2'], ['a', '1']));
  assert.equal(identity(['a', '1'], ['xdg:schema', generic]), identity(['a', '1']));
  assert.notEqual(identity(['a', '1'], ['xdg:schema', 'other']), identity(['a', '1']));
  assert.notEqual(identity(['a', '1']), identity(['a', '2']));
  assert.equal(identity(['a', 'b,c'], ['a,b', 'c']), identity(['a,b', 'c'], ['a', 'b,c']));
});

// @rule secret/attributes-are-attributes
test('what only looks empty is refused: no attributes would mean any item', () => {
  const odd = [new Set(['a']), Promise.resolve({ a: '1' }), new URLSearchParams('a=1'), new Date()];
  for (const attributes of odd) {
    assert.throws(() => Reflect.apply(toAttributes, undefined, [attributes]), isInvalid);
  }
  assert.equal(toAttributes(Object.create(null)).size, 0);
  const likeAttributes = new (class {
    a = '1';
  })();
  assert.deepEqual(Reflect.apply(toAttributes, undefined, [likeAttributes]), map({ a: '1' }));
});

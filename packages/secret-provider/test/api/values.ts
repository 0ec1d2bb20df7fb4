import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Refusal } from '../../src/api/refusal.ts';
import {
  attributes,
  properties,
  secretStruct,
  sizeOf,
  text,
  texts,
  variant,
} from '../../src/api/values.ts';

test('values that fit pass', () => {
  assert.equal(text('a'), 'a');
  assert.deepEqual(texts(['a', 'b']), ['a', 'b']);
  assert.deepEqual(attributes(new Map([['a', 'b']])), new Map([['a', 'b']]));
  const value = new Variant('s', '');
  assert.equal(variant(value), value);
  const struct = ['/s', new Uint8Array(1), new Uint8Array(2), 'a/b'];
  assert.deepEqual(secretStruct(struct), struct);
});

test('values that do not fit are a fault of ours', () => {
  const calls = [
    () => text(1),
    () => texts('a'),
    () => variant('a'),
    () => attributes({ a: 'b' }),
    () => secretStruct(['/s', [], [], '']),
    () => secretStruct(undefined),
    () => properties([], {}),
  ];
  for (const call of calls) assert.throws(call, /^Error: internal error/u);
});

test('properties are taken by name and type; strangers are refused or skipped', () => {
  const given = new Map<string, Variant>([
    ['a', new Variant('s', 'x')],
    ['b', new Variant('u', 1)],
  ]);
  assert.deepEqual(properties(given, { a: 's', b: 'u' }), { a: 'x', b: 1 });
  const refused = (error: unknown) => error instanceof Refusal && error.kind === 'invalid-args';
  assert.throws(() => properties(given, { a: 's' }), refused);
  assert.throws(() => properties(given, { a: 's', b: 's' }), refused);
  assert.deepEqual(properties(given, { a: 's', b: 's' }, true), { a: 'x' });
});

test('the size of values grows with what is in them', () => {
  const big = new Uint8Array(1000);
  for (const value of [
    'x'.repeat(1000),
    big,
    [['/', big]],
    new Map([['k', new Variant('ay', big)]]),
  ]) {
    assert.ok(sizeOf(value) >= 1000 && sizeOf(value) < 1200);
  }
  assert.ok(sizeOf([true, 1, 2n, undefined]) < 100);
});

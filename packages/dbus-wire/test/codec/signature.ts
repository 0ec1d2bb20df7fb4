import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  canHoldSecret,
  isSignature,
  isSingleCompleteType,
  parseSignature,
} from '../../src/codec/signature.ts';
import { isWireError } from '../../src/codec/wire-error.ts';

test('signatures become trees of types', () => {
  assert.deepEqual(parseSignature(''), []);
  assert.deepEqual(parseSignature('a{sv}(iay)v'), [
    { kind: 'dict', key: 's', value: { kind: 'variant' } },
    {
      kind: 'struct',
      fields: [
        { kind: 'basic', code: 'i' },
        { kind: 'array', element: { kind: 'basic', code: 'y' } },
      ],
    },
    { kind: 'variant' },
  ]);
  assert.deepEqual(parseSignature('aaa{yas}'), [
    {
      kind: 'array',
      element: {
        kind: 'array',
        element: {
          kind: 'dict',
          key: 'y',
          value: { kind: 'array', element: { kind: 'basic', code: 's' } },
        },
      },
    },
  ]);
});

const FAULTS: readonly (readonly [string, string, number])[] = [
  ['r', 'signature-type-unknown', 0],
  ['ie', 'signature-type-unknown', 1],
  ['(im)', 'signature-type-unknown', 2],
  ['a', 'signature-array-incomplete', 1],
  ['(aa)', 'signature-array-incomplete', 3],
  ['a}', 'signature-array-incomplete', 1],
  ['()', 'signature-struct-empty', 1],
  ['a()', 'signature-struct-empty', 2],
  ['(i', 'signature-struct-unbalanced', 2],
  ['i)', 'signature-struct-unbalanced', 1],
  ['i}', 'signature-struct-unbalanced', 1],
  ['(i}', 'signature-struct-unbalanced', 2],
  ['{ss}', 'signature-dict-entry-outside-array', 0],
  ['(a{s{ss}})', 'signature-dict-entry-outside-array', 4],
  ['a{}', 'signature-dict-entry-key', 2],
  ['a{vs}', 'signature-dict-entry-key', 2],
  ['a{(i)s}', 'signature-dict-entry-key', 2],
  ['a{', 'signature-dict-entry-key', 2],
  ['a{s', 'signature-dict-entry-fields', 3],
  ['a{s}', 'signature-dict-entry-fields', 3],
  ['a{ss', 'signature-dict-entry-fields', 4],
  ['a{ss)', 'signature-dict-entry-fields', 4],
  ['a{sss}', 'signature-dict-entry-fields', 4],
  ['é', 'signature-type-unknown', 0],
];

// @rule wire/signature-type-unknown
// @rule wire/signature-array-incomplete
// @rule wire/signature-struct-empty
// @rule wire/signature-struct-unbalanced
// @rule wire/signature-dict-entry-outside-array
// @rule wire/signature-dict-entry-key
// @rule wire/signature-dict-entry-fields
test('what is no signature is refused, with the rule and the place', () => {
  for (const [text, code, offset] of FAULTS) {
    assert.ok(!isSignature(text), text);
    assert.throws(
      () => parseSignature(text, 100),
      (error) => isWireError(error) && error.code === code && error.offset === 100 + offset,
      text,
    );
  }
});

test('reserved codes are none of ours', () => {
  assert.deepEqual([...'rem*?@&^'].filter(isSignature), []);
});

test('a single complete type is one, not none and not two', () => {
  assert.deepEqual(
    ['y', 'a{sv}', '(ii)', 'aay', 'v'].filter((text) => !isSingleCompleteType(text)),
    [],
  );
  assert.deepEqual(['', 'yy', '(i)i', 'a', 'z'].filter(isSingleCompleteType), []);
});

test('bytes and variants can hold a secret, wherever they are', () => {
  const holds = canHoldSecret;
  for (const text of ['ay', 'v', 'a{sv}', 'a(say)', 'ssaay', 'a{s(iv)}', 'aav'])
    assert.ok(holds(text));
  for (const text of ['', 'y', 'as', 'a{ss}', '(yy)', 'a(sas)', 'aai']) assert.ok(!holds(text));
});

test('signature: what is not a string is none', () => {
  for (const other of [undefined, null, 1, {}, [], ['i'], Symbol('i')]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.equal(isSignature(other), false);
    // @ts-expect-error what a caller without a compiler may pass
    assert.equal(isSingleCompleteType(other), false);
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => parseSignature(other), /^TypeError: signature: expected a string, got /);
  }
});

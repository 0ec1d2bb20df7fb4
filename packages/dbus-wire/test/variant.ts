import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { marshal } from '../src/codec/marshal.ts';
import { unmarshal } from '../src/codec/unmarshal.ts';
import { Variant } from '../src/variant.ts';

test('a variant keeps its signature and value, through the bytes as well', () => {
  const variant = new Variant('a{sv}', new Map([['k', new Variant('u', 5)]]));
  assert.equal(variant.signature, 'a{sv}');
  assert.deepEqual(unmarshal('v', marshal('v', [variant])), [variant]);
});

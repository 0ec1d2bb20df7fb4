import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { splitSignature } from '../../src/codec/split-signature.ts';
import { isWireError } from '../../src/codec/wire-error.ts';

for (const { signature, types } of [
  { signature: '', types: [] },
  { signature: 'su', types: ['s', 'u'] },
  { signature: 'a{sv}as', types: ['a{sv}', 'as'] },
  { signature: '(s(ii))aa{s(yv)}v', types: ['(s(ii))', 'aa{s(yv)}', 'v'] },
  { signature: 'aaya(ay)', types: ['aay', 'a(ay)'] },
]) {
  test(`signatures: the types of "${signature}"`, () => {
    assert.deepEqual(splitSignature(signature), types);
    assert.equal(splitSignature(signature).join(''), signature);
  });
}

test('signatures: an invalid one is refused', () => {
  assert.throws(() => splitSignature('a'), isWireError);
  assert.throws(() => splitSignature('(s'), isWireError);
});

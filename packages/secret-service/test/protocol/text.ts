import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { checkAlias, checkText } from '../../src/protocol/text.ts';

const refused = { code: 'invalid-argument' };

test('what D-Bus can carry is taken', () => {
  for (const text of ['', 'ä ☃ / 𝄞']) checkText('label', text);
  checkAlias('my alias');
});

test('what it cannot carry is refused', () => {
  for (const text of ['a\0b', 'a\ud800b', 1, undefined, null]) {
    assert.throws(() => Reflect.apply(checkText, undefined, ['label', text]), refused);
    assert.throws(() => Reflect.apply(checkAlias, undefined, [text]), refused);
  }
  assert.throws(() => checkAlias(''), refused);
});

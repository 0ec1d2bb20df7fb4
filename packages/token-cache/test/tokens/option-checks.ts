/** Options that are none. */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { checkDuration, checkFunction, checkKey } from '../../src/tokens/option-checks.ts';

test('a function is one, and anything else is named', () => {
  checkFunction('refresh', () => {});
  for (const value of [undefined, null, 'text', {}]) {
    assert.throws(() => checkFunction('refresh', value), { message: /^refresh: /u });
  }
});

test('a duration is a number from 0 on, or none at all', () => {
  for (const value of [undefined, 0, 1.5, Number.POSITIVE_INFINITY]) checkDuration('ms', value);
  for (const value of [-1, Number.NaN, '5', null]) {
    assert.throws(() => checkDuration('ms', value as number), { message: /^ms: /u });
  }
});

test('a key is a text, any text', () => {
  for (const key of ['', 'me@example.org', '__proto__', '\0']) checkKey(key);
  for (const key of [undefined, null, 5, {}]) {
    assert.throws(() => Reflect.apply(checkKey, undefined, [key]), {
      message: /^key: expected a/u,
    });
  }
});

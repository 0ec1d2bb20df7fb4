import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { editDistance, suggest } from '../../src/arguments/suggest.ts';

const COMMANDS = ['store', 'lookup', 'search', 'clear', 'lock', 'unlock', 'list'];

test('suggest: a slip finds its word, a stranger finds none', () => {
  const cases = [
    ['lokup', 'lookup'],
    ['serach', 'search'],
    ['stroe', 'store'],
    ['lst', 'list'],
    ['look', 'lookup'],
    ['loc', 'lock'],
    ['sto', 'store'],
    ['lo', undefined],
    ['liss', 'list'],
    ['hunter', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ] as const;
  for (const [word, expected] of cases) assert.equal(suggest(word, COMMANDS), expected);
});

test('editDistance: counts insertions, deletions and substitutions', () => {
  assert.equal(editDistance('lock', 'lock'), 0);
  assert.equal(editDistance('lock', 'look'), 1);
  assert.equal(editDistance('lock', 'unlock'), 2);
  assert.equal(editDistance('', 'ab'), 2);
  assert.equal(editDistance('ab', 'abcdef'), 3);
});

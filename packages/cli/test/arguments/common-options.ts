import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { COLLECTION, COMMON, JSON_OUTPUT } from '../../src/arguments/common-options.ts';

test('common options: what takes a value says what it is called', () => {
  const shown = [...COMMON, COLLECTION, JSON_OUTPUT].map(({ name, value }) => [name, value]);
  assert.deepEqual(shown, [
    ['timeout', 'SECONDS'],
    ['no-prompt', undefined],
    ['trace', undefined],
    ['plain', undefined],
    ['collection', 'C'],
    ['json', undefined],
  ]);
});

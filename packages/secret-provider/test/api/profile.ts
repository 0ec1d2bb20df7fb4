import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SPECIFICATION } from '../../src/api/profile.ts';

test('the specification: which of the fields it sets', () => {
  const set = Object.entries(SPECIFICATION).filter(([, value]) => value === true);
  assert.deepEqual(
    set.map(([name]) => name),
    [
      'padsSharedSecret',
      'searchesLocked',
      'lockedTellsTimes',
      'dismissCompletes',
      'replaceKeepsCreated',
      'replaceKeepsPath',
      'hasSessionCollection',
      'removesAliases',
      'tellsCollectionLabel',
      'tellsReplaced',
    ],
  );
  assert.equal(SPECIFICATION.prompts.size, 0);
  assert.equal(SPECIFICATION.replace, 'exact');
});

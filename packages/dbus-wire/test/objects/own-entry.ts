import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { ownEntry } from '../../src/objects/own-entry.ts';

test('descriptions: only their own entries are found', () => {
  const table = { Open: 1 };
  assert.equal(ownEntry(table, 'Open'), 1);
  for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty', undefined]) {
    assert.equal(ownEntry<unknown>(table, key), undefined);
  }
  assert.equal(ownEntry(undefined, 'Open'), undefined);
});

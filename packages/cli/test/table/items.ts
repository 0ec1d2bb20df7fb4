import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { ITEM_COMMANDS } from '../../src/table/items.ts';

test('ITEM_COMMANDS: each takes attributes, or works on whole collections', () => {
  const byAttributes = ITEM_COMMANDS.filter(({ operands }) => operands === 'attributes');
  assert.deepEqual(
    byAttributes.map(({ name }) => name),
    ['store', 'lookup', 'search', 'clear'],
  );
  for (const { name, operands, options } of ITEM_COMMANDS) {
    assert.ok(operands === 'attributes' || operands === 'none', name);
    assert.ok(
      options.some((option) => option.name === 'collection'),
      name,
    );
  }
});

test('ITEM_COMMANDS: no secret is taken from the command line', () => {
  const store = ITEM_COMMANDS.find(({ name }) => name === 'store');
  const names = store?.options.map(({ name }) => name) ?? [];
  assert.ok(names.includes('file'));
  assert.ok(!names.includes('secret') && !names.includes('password'));
});

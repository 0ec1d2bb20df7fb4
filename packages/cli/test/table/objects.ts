import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { OBJECT_COMMANDS } from '../../src/table/objects.ts';
import { parseCommandLine } from '../../src/table/parse.ts';

test('an item is named by attributes or by its object path', () => {
  const parsed = (...operands: string[]) => {
    const result = parseCommandLine(['item', 'label', ...operands]);
    assert.ok(result.kind === 'command');
    return [[...result.invocation.attributes], [...result.invocation.words]];
  };
  assert.deepEqual(parsed('app', 'demo'), [[['app', 'demo']], []]);
  assert.deepEqual(parsed('/a/b'), [[], ['/a/b']]);
  assert.throws(() => parsed('app'), { code: 'usage' });
  assert.throws(() => parsed(), { code: 'usage' });
});

test('each has two words', () => {
  for (const { name } of OBJECT_COMMANDS) assert.match(name, /^(?:collection|item) [a-z]+$/u);
});

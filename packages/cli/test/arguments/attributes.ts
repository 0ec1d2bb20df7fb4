import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { parseAttributes } from '../../src/arguments/attributes.ts';

test('parseAttributes: names and values in turn, empty values kept', () => {
  assert.deepEqual(
    [...parseAttributes(['app', 'demo', 'user', ''], false)],
    [
      ['app', 'demo'],
      ['user', ''],
    ],
  );
});

// @rule cli/attribute-pairs
test('parseAttributes: what is no set of pairs is refused without quoting it', () => {
  const refused = [
    [[], /no attributes/u],
    [['app'], /pairs, got 1 argument$/u],
    [['app', 'demo', 'hunter2'], /pairs, got 3 arguments$/u],
    [['', 'x'], /name of attribute 1 is empty/u],
    [['hunter2', '1', 'hunter2', '2'], /attribute 2 has the name of an earlier one/u],
  ] as const;
  for (const [operands, expected] of refused) {
    assert.throws(
      () => parseAttributes(operands, false),
      (error: unknown) =>
        error instanceof Error && expected.test(error.message) && !/hunter2/u.test(error.message),
    );
  }
  assert.throws(() => parseAttributes(['a', 'b', 'hunter2'], true), /never an argument: pipe it/u);
});

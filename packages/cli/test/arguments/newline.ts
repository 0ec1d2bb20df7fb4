import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { withoutFinalNewline } from '../../src/arguments/newline.ts';

test('withoutFinalNewline: one newline at the end, and nothing else', () => {
  const cases = [
    [[], []],
    [[10], []],
    [[1, 10], [1]],
    [
      [1, 10, 10],
      [1, 10],
    ],
    [[13, 10], [13]],
    [
      [10, 1],
      [10, 1],
    ],
  ] as const;
  for (const [bytes, expected] of cases) {
    assert.deepEqual([...withoutFinalNewline(Uint8Array.from(bytes))], expected);
  }
});

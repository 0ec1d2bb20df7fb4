import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { programCommand, runChild } from '../support/child.ts';

test('traceLine: a line on stderr', async () => {
  const { stdout, stderr } = await runChild(programCommand('trace'));
  assert.deepEqual([stdout.length, stderr], [0, 'keywire: > method_call\n']);
});

import assert from 'node:assert/strict';
import { openSync } from 'node:fs';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { programCommand, runChild } from '../../support/child.ts';

test('tell: a line on stderr, under the name of the program', async () => {
  const { code, stderr } = await runChild(programCommand('tell'));
  assert.deepEqual([code, stderr], [0, 'keywire: a line\n']);
});

test('tell: what cannot be said to anybody ends nothing', async () => {
  const full = openSync('/dev/full', 'w');
  const { code, stdout } = await runChild(programCommand('tell'), {
    stdio: ['pipe', 'pipe', full],
  });
  assert.deepEqual([code, stdout.toString()], [0, 'went on']);
});

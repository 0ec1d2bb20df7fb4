import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { EXIT_CODE_MEANINGS, ExitCode, RunExitCode } from '../src/exit-code.ts';

test('exit codes: 0 to 7 in order, each explained', () => {
  assert.deepEqual(
    EXIT_CODE_MEANINGS.map(([code]) => code),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
  assert.deepEqual(new Set(Object.values(ExitCode)), new Set([0, 1, 2, 3, 4, 5, 6, 7, 130]));
});

test('exit codes of a command that is run: as env(1) and shells have them', () => {
  assert.deepEqual(Object.values(RunExitCode), [125, 126, 127, 128]);
});

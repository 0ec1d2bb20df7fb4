import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError, usageError } from '../../src/output/cli-error.ts';

test('CliError: each code has its exit code', () => {
  const codes = [
    ['usage', 2],
    ['input-unreadable', 2],
    ['input-too-large', 2],
    ['output-too-large', 7],
    ['no-input', 2],
    ['not-asked', 4],
    ['no-such-collection', 1],
    ['wrong-password', 6],
    ['no-answer', 5],
    ['seed-invalid', 2],
    ['name-taken', 5],
    ['bus-not-started', 5],
    ['interrupted', 130],
  ] as const;
  for (const [code, exitCode] of codes) assert.equal(new CliError(code, 'x').exitCode, exitCode);
  assert.equal(usageError('x').code, 'usage');
  assert.equal(usageError('x').name, 'CliError');
});

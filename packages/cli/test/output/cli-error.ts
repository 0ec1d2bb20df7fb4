import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError, cliErrorIn, isInterrupted, usageError } from '../../src/output/cli-error.ts';

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

test('cliErrorIn and isInterrupted: also where another error has it for its cause', () => {
  const interrupted = new CliError('interrupted', 'interrupted');
  const { signal } = new AbortController();
  for (const error of [interrupted, new Error('the backend failed', { cause: interrupted })]) {
    assert.equal(cliErrorIn(error), interrupted);
    assert.ok(isInterrupted(error, signal));
  }
  for (const error of [new Error('x'), new Error('x', { cause: new Error('y') }), undefined]) {
    assert.equal(cliErrorIn(error), undefined);
    assert.ok(!isInterrupted(error, signal));
    assert.ok(isInterrupted(error, AbortSignal.abort()));
  }
  assert.ok(!isInterrupted(usageError('x'), signal));
});

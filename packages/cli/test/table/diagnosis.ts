import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { DIAGNOSIS_COMMANDS } from '../../src/table/diagnosis.ts';
import { parseCommandLine } from '../../src/table/parse.ts';

test('diagnose is understood as doctor', () => {
  assert.ok(DIAGNOSIS_COMMANDS.some(({ name }) => name === 'doctor'));
  const parsed = parseCommandLine(['diagnose', 'FILE', '--json']);
  assert.ok(parsed.kind === 'command');
  assert.equal(parsed.command.name, 'doctor');
  assert.deepEqual(parsed.invocation.words, ['FILE']);
});

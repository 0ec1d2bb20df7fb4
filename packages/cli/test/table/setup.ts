import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PROGRAM_NAMES } from '../../src/program-names.ts';
import { parseCommandLine } from '../../src/table/parse.ts';
import { SETUP_COMMANDS } from '../../src/table/setup.ts';

test('link takes the name of each program', () => {
  const link = SETUP_COMMANDS.find(({ name }) => name === 'link');
  assert.deepEqual(link?.words?.[1]?.split('|'), [...PROGRAM_NAMES]);
});

test('diagnose is understood as doctor', () => {
  assert.ok(SETUP_COMMANDS.some(({ name }) => name === 'doctor'));
  const parsed = parseCommandLine(['diagnose', 'FILE', '--json']);
  assert.ok(parsed.kind === 'command');
  assert.equal(parsed.command.name, 'doctor');
  assert.deepEqual(parsed.invocation.words, ['FILE']);
});

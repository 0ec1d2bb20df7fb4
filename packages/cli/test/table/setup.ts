import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PROGRAM_NAMES } from '../../src/program-names.ts';
import { SETUP_COMMANDS } from '../../src/table/setup.ts';

test('link takes the name of each program', () => {
  const link = SETUP_COMMANDS.find(({ name }) => name === 'link');
  assert.deepEqual(link?.words?.[1]?.split('|'), [...PROGRAM_NAMES]);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { commandForm } from '../../src/arguments/operands.ts';
import { FILE_COMMANDS } from '../../src/table/files.ts';

test('FILE_COMMANDS: their forms name each operand, and each can be loaded', async () => {
  const forms = FILE_COMMANDS.map((command) => commandForm(command));
  assert.deepEqual(forms, [
    'keywire export [OPTION …] FILE',
    'keywire import [OPTION …] FILE',
    'keywire audit verify [OPTION …] FILE',
  ]);
  for (const command of FILE_COMMANDS) assert.equal(typeof (await command.load()), 'function');
});

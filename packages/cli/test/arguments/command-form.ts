import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { commandForm } from '../../src/arguments/command-form.ts';
import { COMMAND_TABLE } from '../../src/table/commands.ts';

test('commandForm: required options and operands', () => {
  const forms = COMMAND_TABLE.commands.map(commandForm);
  assert.ok(forms.includes('keywire store --label=L [OPTION …] ATTR VALUE …'));
  assert.ok(forms.includes('keywire lookup [OPTION …] ATTR VALUE …'));
  assert.ok(forms.includes('keywire list [OPTION …]'));
  assert.ok(forms.includes('keywire run [OPTION …] -- COMMAND …'));
});

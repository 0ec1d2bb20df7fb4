import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { COMMANDS, commandForm } from '../src/commands.ts';
import { HELPER_COMMANDS } from '../src/helper-commands.ts';
import { SERVICE_COMMANDS } from '../src/service-commands.ts';

test('COMMANDS: names and letters are unique, every command can be loaded', async () => {
  assert.equal(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
  for (const { name, options, load } of COMMANDS) {
    const names = options.map((option) => option.name);
    assert.equal(new Set(names).size, names.length, name);
    const letters = options.flatMap(({ short }) => (short === undefined ? [] : [short]));
    assert.equal(new Set(letters).size, letters.length, name);
    assert.equal(typeof (await load()), 'function');
    // What brings its own keyring, or needs none, has no use for the options of those that look for one.
    const isAlone =
      ['audit verify', 'doctor', 'link', 'completion', 'man'].includes(name) ||
      SERVICE_COMMANDS.some((command) => command.name === name);
    // What another program speaks to has that program's form of answers.
    const isSilent = name === 'exec' || HELPER_COMMANDS.some((command) => command.name === name);
    const common = ['timeout', 'no-prompt', 'plain', ...(isSilent ? [] : ['json'])];
    for (const always of isAlone ? ['help'] : ['help', ...common]) {
      assert.ok(names.includes(always), `${name} --${always}`);
    }
  }
});

test('commandForm: required options and operands', () => {
  const forms = COMMANDS.map(commandForm);
  assert.ok(forms.includes('keywire store --label=L [OPTION …] ATTR VALUE …'));
  assert.ok(forms.includes('keywire lookup [OPTION …] ATTR VALUE …'));
  assert.ok(forms.includes('keywire list [OPTION …]'));
  assert.ok(forms.includes('keywire run [OPTION …] -- COMMAND …'));
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { COMMAND_TABLE } from '../../src/table/commands.ts';
import { HELPER_COMMANDS } from '../../src/table/helpers.ts';
import { SERVICE_COMMANDS } from '../../src/table/services.ts';

test('the table: names and letters are unique, every command can be loaded', async () => {
  const { commands } = COMMAND_TABLE;
  assert.equal(new Set(commands.map(({ name }) => name)).size, commands.length);
  for (const { name, options, load } of commands) {
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

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { commandForm } from '../../src/arguments/operands.ts';
import { COMMAND_TABLE } from '../../src/table/commands.ts';
import { commandHelp, programHelp } from '../../src/table/help.ts';

const plain = (text: string): string => text;

test('programHelp: names every command, every exit code and the version', () => {
  const help = programHelp(COMMAND_TABLE, '1.2.3', plain);
  assert.match(help, /^keywire 1\.2\.3/u);
  for (const { name, summary } of COMMAND_TABLE.commands) {
    assert.match(help, new RegExp(`^ {2}${name} +\\S`, 'mu'));
    assert.ok(help.includes(summary), name);
  }
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7])
    assert.match(help, new RegExp(`^ {2}${code} {2}\\w`, 'mu'));
});

test('commandHelp: every option of every command, with its value, in 80 columns', () => {
  for (const command of COMMAND_TABLE.commands) {
    const help = commandHelp(command, plain);
    const [form = ''] = help.split('\n\n');
    assert.equal(form.replace(/\n {4}/gu, ' '), commandForm(command));
    for (const { name, value, summary } of command.options) {
      assert.ok(help.includes(`--${name}${value === undefined ? '' : `=${value}`}`), name);
      assert.ok(help.replace(/\s+/gu, ' ').includes(summary), summary);
    }
    for (const example of command.examples) assert.ok(help.includes(example));
    // Examples are lines to be copied, and stay whole.
    const whole = new Set(command.examples.map((each) => `  ${each}`));
    for (const line of help.split('\n')) assert.ok(line.length <= 80 || whole.has(line), line);
  }
});

test('help: headings are emphasised by whoever shows it', () => {
  const [first] = COMMAND_TABLE.commands;
  assert.ok(first !== undefined);
  assert.match(
    commandHelp(first, (text) => `<${text}>`),
    /<Options:>/u,
  );
  assert.match(
    programHelp(COMMAND_TABLE, '1', (text) => `<${text}>`),
    /<Usage:>/u,
  );
});

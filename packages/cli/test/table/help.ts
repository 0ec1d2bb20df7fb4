import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { commandForm } from '../../src/arguments/operands.ts';
import { COMMAND_TABLE } from '../../src/table/commands.ts';
import { commandHelp, helpFor, programHelp } from '../../src/table/help.ts';

const plain = { bold: (text: string): string => text };

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
  assert.match(commandHelp(first, { bold: (text) => `<${text}>` }), /<Options:>/u);
  assert.match(programHelp(COMMAND_TABLE, '1', { bold: (text) => `<${text}>` }), /<Usage:>/u);
});

test('help: on a narrow terminal no line is wider, and a wide one changes nothing', () => {
  const words = (text: string): string => text.replace(/\s+/gu, ' ');
  const families = COMMAND_TABLE.commands.filter(({ name }) => name.startsWith('collection '));
  const each = [[], families, ...COMMAND_TABLE.commands.map((command) => [command])];
  for (const commands of each) {
    const usual = helpFor(COMMAND_TABLE, commands, '1.2.3', plain);
    const whole = new Set(commands.flatMap(({ examples }) => examples.map((line) => `  ${line}`)));
    for (const columns of [40, 53, 79, 80]) {
      const help = helpFor(COMMAND_TABLE, commands, '1.2.3', { ...plain, columns });
      assert.equal(words(help), words(usual));
      for (const line of help.split('\n')) {
        const isOneWord = !/\S \S/u.test(line);
        assert.ok(line.length <= columns || isOneWord || whole.has(line), `${columns}: ${line}`);
      }
    }
    const at = (columns: number): string =>
      helpFor(COMMAND_TABLE, commands, '1.2.3', { ...plain, columns });
    for (const wide of [80, 81, 300]) assert.equal(at(wide), usual);
    assert.equal(at(3), at(40));
  }
});

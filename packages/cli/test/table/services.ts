import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { commandHelp } from '../../src/table/help.ts';
import { SERVICE_COMMANDS } from '../../src/table/services.ts';

function help(name: string): string {
  const command = SERVICE_COMMANDS.find((each) => each.name === name);
  assert.ok(command !== undefined, name);
  return commandHelp(command, { bold: (text) => text });
}

test('run --help: opens with what the environment gets, and has exit codes of its own', () => {
  const [, , first] = help('run').split('\n');
  assert.equal(first, 'keywire run injects nothing into the environment but a bus address.');
  for (const code of ['125', '126', '127', '128\\+N']) {
    assert.match(help('run'), new RegExp(`^ {2}${code} `, 'mu'));
  }
});

test('serve --help: every option', () => {
  for (const option of [
    'store',
    'seed',
    'bus',
    'prompter',
    'policy',
    'profile',
    'print-unit',
    'audit-log',
    'password-file',
  ]) {
    assert.ok(help('serve').includes(`--${option}`), option);
  }
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { commandForm, invocationOf, rightForm } from '../../src/arguments/operands.ts';
import { COMMAND_TABLE } from '../../src/table/commands.ts';
import type { CommandSpec, OptionSpec } from '../../src/types/command.ts';

const LIST: OptionSpec = { name: 'env', value: 'E', isRepeatable: true, summary: 'several' };

const [any] = COMMAND_TABLE.commands;
assert.ok(any !== undefined);

function spec(parts: Partial<CommandSpec>): CommandSpec {
  return { ...(any as CommandSpec), name: 'try', summary: 'try it', options: [], ...parts };
}

function take(command: CommandSpec, ...operands: string[]) {
  const given = { flags: new Set<string>(), values: new Map<string, string>(), lists: new Map() };
  return invocationOf(command, { operands, ...given });
}

test('invocationOf: words stand for themselves, for one of several, or for anything', () => {
  const command = spec({ operands: 'words', words: ['get|set', 'verbatim', 'NAME', '[MORE]'] });
  assert.deepEqual(take(command, 'get', 'verbatim', 'x').words, ['get', 'verbatim', 'x']);
  assert.equal(take(command, 'set', 'verbatim', 'x', 'get').words.length, 4);
  for (const [wrong, complaint] of [
    [[], 'get|set verbatim NAME [MORE], got 0 words'],
    [['get'], 'get|set verbatim NAME [MORE], got 1 word'],
    [['get', 'verbatim'], 'get|set verbatim NAME [MORE], got 2 words'],
    [['del', 'verbatim', 'x'], 'get|set, got another word'],
    [['get', 'other', 'x'], 'verbatim, got another word'],
    [['get', 'verbatim', 'x', 'y', 'z'], 'get|set verbatim NAME [MORE], got 5 words'],
  ] as const) {
    assert.throws(() => take(command, ...wrong), {
      code: 'usage',
      message: `try: expected ${complaint}; to try it: keywire try [OPTION …] get|set verbatim NAME [MORE]`,
    });
  }
});

test('invocationOf: every wrong form is answered with the right one', () => {
  for (const [command, operands] of [
    [spec({ operands: 'none' }), ['x']],
    [spec({ operands: 'item' }), ['odd']],
    [spec({ operands: 'command' }), []],
    [spec({ operands: 'attributes' }), ['odd']],
    [spec({ operands: 'none', options: [{ ...LIST, isRequired: true }] }), []],
  ] as const) {
    assert.throws(
      () => take(command, ...operands),
      (error: Error) => error.message.endsWith(`; ${rightForm(command)}`),
    );
  }
});

test('invocationOf: a command, and an item by its path or its attributes', () => {
  assert.deepEqual(take(spec({ operands: 'command' }), 'ls', '-l').command, ['ls', '-l']);
  const item = spec({ operands: 'item' });
  assert.deepEqual(take(item, '/a/b').words, ['/a/b']);
  const named = take(item, '/a', 'b');
  assert.deepEqual([named.words, [...named.attributes]], [[], [['/a', 'b']]]);
  assert.throws(() => take(item, 'a/b'), { message: /got 1 argument; .* ATTR VALUE …\|PATH$/u });
});

test('invocationOf: who stores is told that a secret is no argument', () => {
  const told = /the secret itself is never an argument/u;
  const store = spec({ operands: 'attributes', name: 'store' });
  assert.throws(() => take(store, 'a', 'b', 'c'), { message: told });
  const lookup = spec({ operands: 'attributes', name: 'lookup' });
  assert.throws(
    () => take(lookup, 'a'),
    ({ message }: Error) => !told.test(message),
  );
});

test('invocationOf: options that come several times are passed on', () => {
  const command = spec({ operands: 'none', options: [{ ...LIST, isRequired: true }] });
  const lists = new Map([['env', ['a', 'b']]]);
  const given = { operands: [], flags: new Set<string>(), values: new Map<string, string>() };
  assert.deepEqual(invocationOf(command, { ...given, lists }).lists.get('env'), ['a', 'b']);
});

test('commandForm: required options and operands', () => {
  const forms = COMMAND_TABLE.commands.map(commandForm);
  assert.ok(forms.includes('keywire store --label=L [OPTION …] ATTR VALUE …'));
  assert.ok(forms.includes('keywire lookup [OPTION …] ATTR VALUE …'));
  assert.ok(forms.includes('keywire list [OPTION …]'));
  assert.ok(forms.includes('keywire run [OPTION …] -- COMMAND …'));
});

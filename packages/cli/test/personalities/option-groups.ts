import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type GroupOption, parseOptionGroup } from '../../src/personalities/option-groups.ts';

const OPTIONS: readonly GroupOption[] = [
  { name: 'label', short: 'l', takesValue: true, summary: '' },
  { name: 'all', short: 'a', takesValue: false, summary: '' },
  { name: 'unlock', takesValue: false, summary: '' },
];

function parsed(...argv: string[]): unknown {
  const { isHelp, operands, flags, values } = parseOptionGroup(argv, OPTIONS);
  return isHelp ? 'help' : [[...operands], [...flags], [...values]];
}

test('parseOptionGroup: the forms of an option', () => {
  const label = [['a', 'b'], [], [['label', 'L']]];
  for (const form of [['--label=L'], ['--label', 'L'], ['-l', 'L']]) {
    assert.deepEqual(parsed(...form, 'a', 'b'), label);
    assert.deepEqual(parsed('a', ...form, 'b'), label);
  }
  assert.deepEqual(parsed('-aal', 'L'), [[], ['all'], [['label', 'L']]]);
  assert.deepEqual(parsed('--all=x', '--unlock'), [[], ['all', 'unlock'], []]);
  assert.deepEqual(parsed('-l', '--label'), [[], [], [['label', '--label']]]);
  assert.deepEqual(parsed('--label=a', '--label='), [[], [], [['label', '']]]);
});

test('parseOptionGroup: the first "--" separates, "-" is an operand', () => {
  assert.deepEqual(parsed('a', '--', '-l', '--'), [['a', '-l', '--'], [], []]);
  assert.deepEqual(parsed('-', '-a'), [['-'], ['all'], []]);
});

test('parseOptionGroup: help counts where it stands', () => {
  for (const help of ['--help', '-h', '-?', '--help-all', '-ha', '-ah']) {
    assert.equal(parsed('x', help, '--frob'), 'help');
  }
  assert.throws(() => parsed('--frob', '--help'), { message: 'Unknown option --frob' });
});

test('parseOptionGroup: what is no option, and a value that is missing', () => {
  for (const [argument, line] of [
    ['--frob', 'Unknown option --frob'],
    ['--frob=Hunter2!', 'Unknown option'],
    ['--Hunter2!', 'Unknown option'],
    ['-lL', 'Unknown option -lL'],
    ['-x', 'Unknown option -x'],
    ['-l', 'Missing argument for -l'],
    ['--label', 'Missing argument for --label'],
  ] as const) {
    assert.throws(() => parsed(argument), { code: 'usage', message: line });
  }
});

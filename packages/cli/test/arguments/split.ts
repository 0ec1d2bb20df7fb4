import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { quotable, splitArguments } from '../../src/arguments/split.ts';
import type { OptionSpec } from '../../src/types/command.ts';

const OPTIONS: readonly OptionSpec[] = [
  { name: 'flag', short: 'f', summary: '' },
  { name: 'value', short: 'v', value: 'V', summary: '' },
  { name: 'env', value: 'E', isRepeatable: true, summary: '' },
];

function split(argv: readonly string[], endsAtOperand = false) {
  return splitArguments(argv, { options: OPTIONS, firstPosition: 2, endsAtOperand });
}

test('splitArguments: options anywhere, until "--"', () => {
  const { operands, flags, values } = split(['a', '-f', 'b', '--value=x', '--', '--flag']);
  assert.deepEqual([[...operands], [...flags]], [['a', 'b', '--flag'], ['flag']]);
  assert.equal(values.get('value'), 'x');
});

test('splitArguments: letters are not run together, and none is passed over', () => {
  for (const wrong of ['-fv', '-x', '-hunter2']) {
    assert.throws(() => split(['a', wrong]), {
      code: 'usage',
      message: /^argument 3 is no option/u,
    });
  }
  assert.equal(split(['-vx']).values.get('value'), 'x');
});

test('splitArguments: another program’s options are its own', () => {
  const { operands, flags } = split(['-f', 'ls', '-f', '--value'], true);
  assert.deepEqual([operands, flags.size], [['ls', '-f', '--value'], 1]);
});

test('splitArguments: what may come several times is kept in order', () => {
  const { lists, values } = split(['--env=a', '--env', 'b', '--env=']);
  assert.deepEqual([lists.get('env'), values.size], [['a', 'b', ''], 0]);
  assert.throws(() => split(['--value=a', '-v', 'b']), { message: '--value is given twice' });
  assert.throws(() => split(['--env']), { message: '--env needs a value: --env=E' });
});

test('splitArguments: a value is needed where one belongs, and nowhere else', () => {
  assert.throws(() => split(['--flag=1']), { message: '--flag takes no value' });
  assert.throws(() => split(['--value', '--flag']), {
    message: '--value needs a value: --value=V',
  });
  assert.deepEqual(split(['-v', '-', '-', 'a']).operands, ['-', 'a']);
  assert.equal(split(['--value', '-5']).values.get('value'), '-5');
  assert.equal(split(['--value=']).values.get('value'), '');
});

// @rule cli/no-argument-echo
test('splitArguments: an unknown option is named where it is a plain word, else counted', () => {
  for (const [argument, message] of [
    ['--flog', 'unknown option --flog; did you mean --flag?'],
    ['--frobnicate=Hunter2!', 'unknown option --frobnicate'],
    ['--Hunter2!', 'unknown option (argument 3)'],
  ] as const) {
    assert.throws(() => split(['a', argument]), { code: 'usage', message });
  }
});

test('quotable: plain words only', () => {
  assert.equal(quotable('lokup'), '"lokup"');
  assert.doesNotMatch(quotable('Hunter2!'), /unter/u);
});

import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { onTerminal, programCommand, runChild, shellLine } from '../../support/child.ts';

const command = shellLine(programCommand('read-hidden'));

test('readHidden: hands over what was typed', async () => {
  const { screen } = await onTerminal(command, [['Question: ', 's3cret\r']]);
  assert.ok(screen.includes(`typed ${Buffer.from('s3cret').toString('hex')}.`), screen);
});

test('readHidden: each failure is one of the CLI, with what can be done', async () => {
  for (const [keys, line] of [
    ['half\u0003', 'failed interrupted: interrupted.'],
    ['\u0004', 'failed not-asked: nothing was typed, nothing is done.'],
    [
      `${'x'.repeat(4097)}\r`,
      'failed input-too-large: a line typed has at most 4096 bytes: give it by a pipe or a file.',
    ],
  ] as const) {
    const { screen } = await onTerminal(command, [['Question: ', keys]]);
    assert.ok(screen.split('\r\n').includes(line), screen);
  }
});

test('readHidden: without a terminal it says so at once', async () => {
  const [program = '', ...args] = programCommand('read-hidden');
  const { stdout } = await runChild(['setsid', '--wait', program, ...args]);
  assert.match(
    stdout.toString(),
    /^failed no-input: a password or a secret is wanted: .*; "--help" behind the command shows .*\.\n$/u,
  );
});

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { onTerminal, programCommand, runChild, shellLine } from '../../support/child.ts';

const command = shellLine(programCommand('terminal-prompter'));
const MODES = 'stty -a | grep -o -e "-*echo " -e "-*icanon" -e "-*isig" | tr "\\n" " "';
const ASKS = 'keywire: Process 42 wants to unlock the collection "Login".';

test('openTerminalPrompter: asks, shows nothing of what is typed, says what came of it', async () => {
  for (const [argument, keys, said] of [
    ['', 'yes\r', ['keywire: allowed', 'accept.']],
    ['', 'no\r', ['keywire: refused', 'dismiss.']],
    ['', '\u0003', ['keywire: refused', 'dismiss.']],
    ['password', 's3cret\r', ['accept 733363726574.']],
    ['password', '\u0004', ['keywire: refused', 'dismiss.']],
  ] as const) {
    const line = `${MODES}; echo; ${command} ${argument}; ${MODES}`;
    const { screen } = await onTerminal(line, [
      [`${ASKS} `, ''],
      [': ', keys],
    ]);
    const rows = screen.split('\r\n');
    assert.deepEqual(rows.slice(2, -1), said, screen);
    assert.equal(rows.at(-1)?.trim(), rows[0]?.trim());
    assert.doesNotMatch(screen, /s3cret/u);
  }
});

test('openTerminalPrompter: a line too long is told, and refuses', async () => {
  const { screen } = await onTerminal(command, [[': ', `${'x'.repeat(4097)}\r`]]);
  assert.match(
    screen,
    /keywire: a line typed has at most 4096 bytes[^\r]*\r\nkeywire: refused\r\n/u,
  );
});

test('openTerminalPrompter: a question taken back, and an end, restore the terminal', async () => {
  for (const [signal, said] of [
    ['SIGUSR2', ['keywire: the question was taken back', 'dismiss.']],
    ['SIGTERM', ['keywire: refused', 'dismiss.', 'closed, as it was.']],
  ] as const) {
    const plain = command.replaceAll("'", '');
    const line = `${MODES}; echo; sh -c 'echo pid $$; exec ${plain}'; ${MODES}`;
    const { screen } = await onTerminal(line, [
      ['yes or no: ', (shown) => process.kill(Number(/pid (\d+)/u.exec(shown)?.[1]), signal)],
    ]);
    const rows = screen.split('\r\n');
    assert.deepEqual(rows.slice(3, -1).sort(), [...said].sort(), screen);
    assert.equal(rows.at(-1)?.trim(), rows[0]?.trim());
  }
});

test('openTerminalPrompter: what was taken back before it is asked waits for nobody', async () => {
  const { screen } = await onTerminal(`${command} taken-back`, []);
  assert.match(screen, /dismiss\.\r\n$/u);
});

// @rule cli/prompter-needs-terminal
test('openTerminalPrompter: without a terminal there is no prompter', async () => {
  const [program = '', ...args] = programCommand('terminal-prompter');
  const { stdout } = await runChild(['setsid', '--wait', program, ...args]);
  assert.equal(stdout.toString(), 'failed no-input.\n');
});

// @rule cli/prompter-not-in-background
test('openTerminalPrompter: in the background it refuses, and is not stopped', async () => {
  const script = `set -m; ${command} & wait; echo over`;
  const { screen } = await onTerminal(shellLine(['bash', '-c', script]), []);
  assert.match(screen, /keywire is in the background[^\r]*\r\nkeywire: refused\r\ndismiss\.\r\n/u);
  assert.match(screen, /over/u);
});

// @rule cli/prompter-no-type-ahead
test('openTerminalPrompter: what was typed before the question is no answer to it', async () => {
  const waiting = `echo ready; read -r go; ${command} password`;
  const { screen } = await onTerminal(waiting, [
    // The shell takes its line; the rest, half a line too, waits in the terminal.
    ['ready', 'go\ryes\rhalf'],
    ['Password: ', 'real\r'],
  ]);
  assert.match(screen, /accept 7265616c\./u);
});

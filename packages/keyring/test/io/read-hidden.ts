import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { onTerminal, run, shellLine } from '../../../../test-fixtures/src/index.ts';
import { programCommand } from '../support/program.ts';

const command = shellLine(programCommand('read-hidden'));
// The modes of the terminal before and after, without what the shell itself changes.
const MODES = 'stty -a | grep -o -e "-*echo " -e "-*icanon" -e "-*isig" | tr "\\n" " "';
const ask = (stdin = ''): string => `${MODES}; echo; ${command} ${stdin}; ${MODES}`;

test('readHidden: shows the question, echoes nothing, restores the terminal', async () => {
  const { screen } = await onTerminal(ask(), [['Question: ', 's3cret ü\u007fx\r']]);
  const [before, question, typed, after] = screen.split('\r\n');
  assert.equal(question, 'Question: ');
  assert.equal(typed, `typed ${Buffer.from('s3cret x').toString('hex')}.`);
  assert.equal(before?.trim(), 'isig icanon echo');
  assert.equal(after?.trim(), before?.trim());
  assert.doesNotMatch(screen, /s3cret/u);
});

test('readHidden: asks on the terminal also where stdin is a pipe', async () => {
  const { screen } = await onTerminal(`echo piped | ${command}`, [['Question: ', 'typed\r']]);
  assert.match(screen, /typed 7479706564\./u);
});

test('readHidden: Ctrl-C, Ctrl-D and a hang-up restore the terminal', async () => {
  for (const [keys, code] of [
    ['half\u0003', 'interrupted'],
    ['\u0004', 'not-answered'],
    [`${'x'.repeat(4097)}\r`, 'line-too-long'],
  ] as const) {
    const { screen } = await onTerminal(ask(), [['Question: ', keys]]);
    const rows = screen.split('\r\n');
    assert.ok(rows.includes(`failed ${code}.`), screen);
    assert.equal(rows.at(-1)?.trim(), rows[0]?.trim());
  }
});

test('readHidden: Ctrl-Z stops the job with the terminal as it was; then the question is asked anew', async () => {
  const job = `set -m; ${command.replaceAll("'", '')}; echo stopped $?; ${MODES}; echo; fg >/dev/null; ${MODES}`;
  const line = `${MODES}; echo; bash -c ${shellLine([job])}`;
  const { screen } = await onTerminal(line, [
    ['Question: ', 'half\u001a'],
    ['Question: ', 's3cret\r'],
  ]);
  const rows = screen.split('\r\n').map((row) => row.trim());
  const at = rows.indexOf('stopped 148');
  assert.ok(at > 0, screen);
  assert.equal(rows[at + 1], rows[0]);
  assert.ok(rows.includes(`typed ${Buffer.from('s3cret').toString('hex')}.`), screen);
  assert.equal(rows.at(-1), rows[0]);
  assert.doesNotMatch(screen, /half/u);
});

test('readHidden: Ctrl-Z where no shell could make it go on asks anew', async () => {
  const { screen } = await onTerminal(ask(), [
    ['Question: ', 'half\u001a'],
    ['Question: ', 's3cret\r'],
  ]);
  const rows = screen.split('\r\n').map((row) => row.trim());
  assert.ok(rows.includes(`typed ${Buffer.from('s3cret').toString('hex')}.`), screen);
  assert.equal(rows.at(-1), rows[0]);
});

// @rule keyring/one-question-at-a-time
test('readHidden: questions that come at once are asked one after the other', async () => {
  const { screen } = await onTerminal(ask('three'), [
    ['First: ', 'one\r'],
    ['Third: ', 'three\r'],
  ]);
  const rows = screen.split('\r\n').map((row) => row.trim());
  const hex = (text: string): string => Buffer.from(text).toString('hex');
  const from = rows.indexOf(`fulfilled ${hex('one')}.`);
  assert.deepEqual(
    rows.slice(from + 1, from + 3),
    ['rejected interrupted.', `fulfilled ${hex('three')}.`],
    screen,
  );
  assert.doesNotMatch(screen, /one|three|Second/u);
  assert.equal(rows.at(-1), rows[0]);
});

test('readHidden: a request to end the run ends the question', async () => {
  const line = `${MODES}; echo; sh -c 'echo pid $$; exec ${command.replaceAll("'", '')}'; ${MODES}`;
  const { screen } = await onTerminal(line, [
    ['Question: ', (shown) => process.kill(Number(/pid (\d+)/u.exec(shown)?.[1]), 'SIGTERM')],
  ]);
  const rows = screen.split('\r\n');
  assert.ok(rows.includes('failed interrupted.'), screen);
  assert.equal(rows.at(-1)?.trim(), rows[0]?.trim());
});

// @rule keyring/terminal-survives-signals
test('readHidden: a signal that ends the process leaves the terminal as it was', async () => {
  const plain = command.replaceAll("'", '');
  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
  ] as const) {
    // The streams are no terminals: what Node does for those at its end does not count.
    const job = `echo pid $$; exec ${plain} </dev/null >/dev/null 2>&1`;
    const line = `ulimit -c 0; ${MODES}; echo; sh -c '${job}'; echo "code $?"; ${MODES}`;
    const { screen } = await onTerminal(line, [
      ['Question: ', (shown) => process.kill(Number(/pid (\d+)/u.exec(shown)?.[1]), signal)],
    ]);
    const rows = screen.split('\r\n').map((row) => row.trim());
    assert.ok(rows.includes(`code ${code}`), screen);
    assert.equal(rows.at(-1), rows[0]);
  }
});

test('readHidden: a run that was ended before is not asked for', async () => {
  const { screen } = await onTerminal(ask('aborted'), []);
  const rows = screen.split('\r\n');
  assert.ok(rows.includes('failed interrupted.'), screen);
  assert.equal(rows.at(-1)?.trim(), rows[0]?.trim());
});

test('readHidden: without a terminal it says so at once', async () => {
  const { stdout } = await run('setsid', ['--wait', ...programCommand('read-hidden')]);
  assert.equal(new TextDecoder().decode(stdout), 'failed no-terminal.\n');
});

import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { isForegroundStat, isInForeground } from '../../../src/io/terminal/foreground.ts';
import { onTerminal, programCommand, runChild, shellLine } from '../../support/child.ts';

test('isForegroundStat: the group must be the terminal’s, whatever the program is called', () => {
  assert.equal(isForegroundStat('10 (node) S 1 10 10 34816 10 4194304 0'), true);
  assert.equal(isForegroundStat('10 (a) b (c d) S 1 10 9 34816 10 4194304 0'), true);
  assert.equal(isForegroundStat('10 (node) S 1 10 9 34816 9 4194304 0'), false);
  assert.equal(isForegroundStat('10 (node) S 1 10 10 0 -1 4194304 0'), false);
  assert.equal(isForegroundStat(''), false);
});

test('isInForeground: on a terminal yes, in its background and without one no', async () => {
  const command = programCommand('foreground');
  const { screen } = await onTerminal(shellLine(command), []);
  assert.match(screen, /foreground true/u);
  const { stdout } = await runChild(['setsid', '--wait', ...command]);
  assert.equal(stdout.toString(), 'foreground false\n');
  assert.equal(typeof isInForeground(), 'boolean');
});

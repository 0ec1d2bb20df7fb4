import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { hasTerminal } from '../../src/io/terminal.ts';

test('hasTerminal: what the streams of this program say', () => {
  const { stdin, stderr } = process;
  assert.equal(hasTerminal(), stdin.isTTY === true && stderr.isTTY === true);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { cleanEnvironment, ended, programCommand } from '../support/child.ts';

test('listenForEnd: the first signal asks, the second one ends', async () => {
  const [program, ...args] = programCommand('signals');
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    const child = spawn(program, args, { env: cleanEnvironment() });
    const result = ended(child);
    await once(child.stdout, 'data');
    child.kill(signal);
    await once(child.stdout, 'data');
    child.kill(signal);
    const { stdout, code: ending } = await result;
    assert.equal(stdout.toString(), `waiting undefined\nasked ${code}\n`);
    assert.equal(ending, signal);
  }
});

test('listenForEnd: handed over, signals end nothing, until they are given back', async () => {
  const [program, ...args] = programCommand('signals-handed-over');
  const child = spawn(program, args, { env: cleanEnvironment() });
  const result = ended(child);
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    await once(child.stdout, 'data');
    child.kill(signal);
  }
  const { stdout, code } = await result;
  assert.equal(
    stdout.toString(),
    'waiting\nSIGINT undefined\nSIGINT undefined\nSIGTERM undefined\n',
  );
  assert.equal(code, 129);
});

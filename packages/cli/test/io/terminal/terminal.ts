import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { cleanEnvironment, onTerminal, programCommand, shellLine } from '../../support/child.ts';

const command = programCommand('descriptors');

async function redirected(redirections: string): Promise<unknown> {
  const child = spawn('bash', ['-c', `${shellLine(command)} 3>&1 ${redirections}`], {
    env: cleanEnvironment(),
  });
  let report = '';
  child.stdout.on('data', (chunk: Buffer) => {
    report += chunk.toString();
  });
  child.stdin.end();
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(report);
}

test('stdinKind: a pipe, a file, /dev/null and a closed descriptor', async () => {
  const none = { stdout: [false, false], stderr: false };
  assert.deepEqual(await redirected('>&2'), { stdin: 'data', ...none });
  assert.deepEqual(await redirected('>&2 </etc/passwd'), { stdin: 'data', ...none });
  assert.deepEqual(await redirected('>/dev/null </dev/null'), { stdin: 'nothing', ...none });
  assert.deepEqual(await redirected('>&- <&-'), { stdin: 'nothing', ...none });
  assert.deepEqual(await redirected('>&2 </dev/zero'), { stdin: 'data', ...none });
});

// @rule cli/no-color
test('isTerminal, isColoured: on a terminal, unless NO_COLOR or TERM say otherwise', async () => {
  const seen = async (env: Record<string, string>): Promise<unknown> => {
    const { screen } = await onTerminal(`${shellLine(command)} 3>&1`, [], {
      NO_COLOR: undefined,
      ...env,
    });
    return JSON.parse(screen);
  };
  const terminals = { stdin: 'terminal', stderr: true };
  assert.deepEqual(await seen({}), { ...terminals, stdout: [true, true] });
  assert.deepEqual(await seen({ NO_COLOR: '' }), { ...terminals, stdout: [true, true] });
  assert.deepEqual(await seen({ NO_COLOR: '1' }), { ...terminals, stdout: [true, false] });
  assert.deepEqual(await seen({ TERM: 'dumb' }), { ...terminals, stdout: [true, false] });
});

test('columns: those of the terminal on stdout; nobody knows where it tells none', async () => {
  const seen = async (line: string): Promise<unknown> =>
    JSON.parse((await onTerminal(line, [])).screen).columns;
  const report = `${shellLine(command)} 3>&1`;
  assert.equal(await seen(`stty columns 57; ${report}`), 57);
  assert.equal(await seen(`stty columns 0; ${report}`), undefined);
  assert.equal(await seen(`stty columns 57; ${report} 1>/dev/null`), undefined);
});

test('stdinKind, isTerminal: each descriptor is looked at by itself', async () => {
  const seen = async (redirections: string): Promise<unknown> => {
    const line = `${shellLine(command)} 3>&1 ${redirections}`;
    const { stdin, stdout, stderr } = JSON.parse((await onTerminal(line, [])).screen);
    return [stdin, stdout[0], stderr];
  };
  assert.deepEqual(await seen('</etc/passwd'), ['data', true, true]);
  assert.deepEqual(await seen('</dev/null'), ['nothing', true, true]);
  assert.deepEqual(await seen('2>/dev/null'), ['terminal', true, false]);
  assert.deepEqual(await seen('1>/dev/null'), ['terminal', false, true]);
});

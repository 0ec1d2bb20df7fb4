import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { cleanEnvironment, ended, programCommand } from '../../support/child.ts';

const [runtime, ...args] = programCommand('write-output');

/** Runs the program; `report` is what it wrote to descriptor 3. */
async function write(
  length: number,
  mode: string,
  stdout: 'pipe' | number,
): Promise<{ stdout: Buffer; stderr: string; report: unknown }> {
  const child = spawn(runtime, [...args, String(length), mode], {
    env: cleanEnvironment(),
    stdio: ['ignore', stdout, 'pipe', 'pipe'],
  });
  const report: Buffer[] = [];
  child.stdio[3]?.on('data', (chunk: Buffer) => report.push(chunk));
  const result = await ended(child);
  assert.equal(result.code, 0, result.stderr);
  return { ...result, report: JSON.parse(Buffer.concat(report).toString()) };
}

test('writeOutput: all bytes in order, then wiped', async () => {
  const { stdout, stderr, report } = await write(5, 'blocking', 'pipe');
  assert.equal(stdout.toString(), 'xxxxx|end');
  assert.equal(stderr, 'word');
  assert.deepEqual(report, { isWiped: true });
});

test('writeOutput: a full non-blocking pipe is waited for', async () => {
  const { stdout, report } = await write(4 * 1024 * 1024, 'nonblocking', 'pipe');
  assert.equal(stdout.length, 4 * 1024 * 1024 + 4);
  assert.equal(stdout.subarray(-4).toString(), '|end');
  assert.deepEqual(report, { isWiped: true });
});

test('writeOutput: a reader that went away is no failure', async () => {
  for (const mode of ['blocking', 'nonblocking']) {
    const child = spawn(runtime, [...args, '4194304', mode], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    child.stdout?.once('data', () => child.stdout?.destroy());
    const report: Buffer[] = [];
    child.stdio[3]?.on('data', (chunk: Buffer) => report.push(chunk));
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([code, stderr], [0, 'word']);
    assert.deepEqual(JSON.parse(Buffer.concat(report).toString()), { isWiped: true });
  }
});

test('writeOutput: a full disk is told on stderr, and is exit code 7', async () => {
  const { stderr, report } = await write(5, 'blocking', openSync('/dev/full', 'w'));
  assert.equal(stderr, 'keywire: stdout: cannot be written (ENOSPC)\nword');
  assert.deepEqual(report, { code: 7, isWiped: true });
});

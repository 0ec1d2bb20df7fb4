import assert from 'node:assert/strict';
import { test } from '../src/harness.ts';
import { run, runOrThrow } from '../src/index.ts';

test('run hands back everything a program said', async () => {
  const script = 'cat; echo complaint >&2; echo "$MARK"; exit 3';
  const result = await run('/bin/sh', ['-c', script], { env: { MARK: 'mark' }, input: 'in\n' });
  assert.deepEqual(
    { ...result, stdout: new TextDecoder().decode(result.stdout) },
    { code: 3, signal: null, stdout: 'in\nmark\n', stderr: 'complaint\n', timedOut: false },
  );
});

test('run takes bytes and hands back bytes', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual((await run('/bin/cat', [], { input: bytes })).stdout, bytes);
});

test('run ends a program and its children when its time is up', async () => {
  const result = await run('/bin/sh', ['-c', 'sleep 1000 & sleep 1000'], { timeoutMs: 50 });
  assert.equal(result.timedOut, true);
  assert.equal(result.signal, 'SIGKILL');
});

test('run ends a program when it is told to', async () => {
  const patience = new AbortController();
  const result = run('/bin/sleep', ['1000'], { stop: patience.signal });
  patience.abort();
  assert.equal((await result).signal, 'SIGKILL');
  assert.equal((await result).timedOut, false);
});

test('run passes on nothing of the environment but PATH and LANG', async () => {
  const { stdout } = await run('/usr/bin/env', []);
  const names = new TextDecoder().decode(stdout).match(/^\w+(?==)/gmu) ?? [];
  const own = names.filter((name) => !name.startsWith('_TAPJS_') && name !== 'NODE_OPTIONS');
  assert.deepEqual(own.sort(), ['LANG', 'PATH']);
});

test('a program that does not exist is an error, and so is an exit code for runOrThrow', async () => {
  await assert.rejects(run('/no/such/program', []), { code: 'command-failed' });
  await assert.rejects(runOrThrow('/bin/sh', ['-c', 'echo why >&2; exit 4']), {
    code: 'command-failed',
    message: '/bin/sh: exit 4\nwhy',
  });
});

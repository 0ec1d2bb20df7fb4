import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { run } from '../../../../test-fixtures/src/index.ts';
import { beforeDeathBySignal } from '../../src/io/death-by-signal.ts';
import { programCommand } from '../support/program.ts';

test('beforeDeathBySignal: puts right once, and the signal ends the process', async () => {
  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const) {
    const shell = `ulimit -c 0; "$@" ${signal}; echo "code $?"`;
    const { stdout } = await run('sh', ['-c', shell, 'sh', ...programCommand('death-by-signal')]);
    assert.equal(new TextDecoder().decode(stdout), `put right\ncode ${code}\n`);
  }
});

test('beforeDeathBySignal: a program that listens itself is left to decide', () => {
  for (const since of ['before', 'meanwhile'] as const) {
    const heard: string[] = [];
    const listen = (): void => void process.once('SIGHUP', () => heard.push('program'));
    if (since === 'before') listen();
    const callOff = beforeDeathBySignal(() => heard.push('put right'));
    if (since === 'meanwhile') listen();
    process.emit('SIGHUP', 'SIGHUP');
    callOff();
    assert.deepEqual(heard, ['program']);
  }
});

test('beforeDeathBySignal: called off, nobody listens', () => {
  const listening = (): number[] =>
    (['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const).map((name) =>
      process.listenerCount(name),
    );
  const before = listening();
  beforeDeathBySignal(() => {})();
  assert.deepEqual(listening(), before);
});

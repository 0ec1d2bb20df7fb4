import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { runChild } from '../../../src/io/services/run-child.ts';
import type { EndRequest } from '../../../src/io/signals.ts';
import type { ChildVariables, CommandEnd } from '../../../src/types/service-host.ts';
import { FakeEnd } from '../../support/fake-end.ts';

/** Beside nothing at all; what is closed before the command ended fails the test. */
async function run(
  command: readonly string[],
  end: EndRequest,
  variables: ChildVariables = {},
): Promise<CommandEnd> {
  let closed = 0;
  const result = await runChild(command, end, async () => ({
    variables,
    async close() {
      closed += 1;
    },
  }));
  assert.equal(closed, command[0] === '' ? 0 : 1);
  return result;
}

test('runChild: how the command ended', async () => {
  await inFolder(async (folder) => {
    const script = path.join(folder, 'plain');
    writeFileSync(script, 'exit 0\n');
    chmodSync(script, 0o600);
    for (const [command, end] of [
      [['true'], { kind: 'exited', code: 0 }],
      [['sh', '-c', 'exit 42'], { kind: 'exited', code: 42 }],
      [['sh', '-c', 'kill -TERM $$'], { kind: 'killed', signalNumber: 15 }],
      [['sh', '-c', 'kill -KILL $$'], { kind: 'killed', signalNumber: 9 }],
      [[script], { kind: 'not-executable' }],
      [[folder], { kind: 'not-executable' }],
      [[path.join(script, 'below')], { kind: 'not-executable' }],
      [[path.join(folder, 'x'.repeat(300))], { kind: 'not-executable' }],
      [['true', 'x'.repeat(4_000_000)], { kind: 'too-large' }],
      [['keywire-no-such-command'], { kind: 'not-found' }],
      [[path.join(folder, 'none')], { kind: 'not-found' }],
      [[''], { kind: 'not-found' }],
    ] as const) {
      const hands = new FakeEnd();
      assert.deepEqual(await run(command, hands), end);
      assert.equal(hands.taker, undefined);
    }
  });
});

test('runChild: a signal goes to the command, one that comes too early ends it all', async () => {
  await inFolder(async (folder) => {
    const fifo = path.join(folder, 'ready');
    const early = new FakeEnd();
    const never = path.join(folder, 'never');
    const running = run(['touch', never], early);
    early.taker?.('SIGTERM');
    assert.deepEqual(await running, { kind: 'killed', signalNumber: 15 });
    assert.equal(existsSync(never), false);

    // The command says that it listens by opening the pipe that is read here.
    assert.deepEqual(await run(['mkfifo', fifo], new FakeEnd()), {
      kind: 'exited',
      code: 0,
    });
    for (const [name, code] of [
      ['SIGHUP', 21],
      ['SIGTERM', 22],
    ] as const) {
      const hands = new FakeEnd();
      const program = [
        `const { writeFileSync } = require('node:fs');`,
        `process.on('SIGHUP', () => process.exit(21));`,
        `process.on('SIGTERM', () => process.exit(22));`,
        `setInterval(() => {}, 60_000);`,
        `writeFileSync(process.argv[1], 'listening');`,
      ].join('');
      const ended = run([process.execPath, '-e', program, fifo], hands);
      await readFile(fifo);
      hands.taker?.(name);
      assert.deepEqual(await ended, { kind: 'exited', code });
    }
  });
});

test('runChild: its variables are in the environment of the command, and not in ours', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'seen');
    const script = `printf '%s' "$KEYWIRE_TEST_TOKEN" > ${file}`;
    const variables = { KEYWIRE_TEST_TOKEN: 's3cret ü' };
    await run(['sh', '-c', script], new FakeEnd(), variables);
    assert.equal(readFileSync(file, 'utf8'), 's3cret ü');
    assert.equal(process.env['KEYWIRE_TEST_TOKEN'], undefined);
    process.env['KEYWIRE_TEST_TOKEN'] = 'ours';
    try {
      await run(['sh', '-c', script], new FakeEnd(), { KEYWIRE_TEST_TOKEN: undefined });
      assert.equal(readFileSync(file, 'utf8'), '');
    } finally {
      delete process.env['KEYWIRE_TEST_TOKEN'];
    }
  });
});

// @rule cli/no-inspector
test('runChild: signals that end nothing here go to the command, and are heard only as long as it runs', async () => {
  await inFolder(async (folder) => {
    const fifo = path.join(folder, 'ready');
    assert.equal((await run(['mkfifo', fifo], new FakeEnd())).kind, 'exited');
    const names = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
    const before = names.map((name) => process.listenerCount(name));
    for (const [name, signalNumber] of [
      ['SIGUSR1', 10],
      ['SIGUSR2', 12],
    ] as const) {
      const ended = run(['sh', '-c', `echo > ${fifo}; exec sleep 60`], new FakeEnd());
      await readFile(fifo);
      process.emit(name, name);
      assert.deepEqual(await ended, { kind: 'killed', signalNumber });
    }
    assert.deepEqual(
      names.map((name) => process.listenerCount(name)),
      before,
    );
  });
});

// @rule cli/start-can-be-ended
test('runChild: what cannot be made ready is told, unless a signal ended the wait for it', async () => {
  const end = new FakeEnd();
  const failure = new Error('no bus');
  await assert.rejects(
    runChild(['true'], end, async () => Promise.reject(failure)),
    failure,
  );
  assert.equal(end.taker, undefined);
  const ended = runChild(['true'], end, async (signal) => {
    end.taker?.('SIGTERM');
    assert.equal(signal.aborted, true);
    throw failure;
  });
  assert.deepEqual(await ended, { kind: 'killed', signalNumber: 15 });
});

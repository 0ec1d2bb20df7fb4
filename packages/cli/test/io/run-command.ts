import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { runCommand } from '../../src/io/run-command.ts';
import type { EndRequest, EndSignal } from '../../src/io/signals.ts';
import type { ServicePlan } from '../../src/types/service-host.ts';

const PLAN: ServicePlan = {
  bus: 'private',
  seed: undefined,
  prompter: 'accept',
  profile: undefined,
};

/** Signals as a test sends them. */
class FakeEnd implements EndRequest {
  readonly signal = new AbortController().signal;
  taker: ((name: EndSignal) => void) | undefined;

  exitCode(): undefined {
    return undefined;
  }

  handOver(taker: (name: EndSignal) => void): () => void {
    this.taker = taker;
    return () => {
      this.taker = undefined;
    };
  }
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-test-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('runCommand: how the command ended', async () => {
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
      [['keywire-no-such-command'], { kind: 'not-found' }],
      [[path.join(folder, 'none')], { kind: 'not-found' }],
      [[''], { kind: 'not-found' }],
    ] as const) {
      const hands = new FakeEnd();
      assert.deepEqual(await runCommand(PLAN, command, hands), end);
      assert.equal(hands.taker, undefined);
    }
  });
});

// @rule cli/run-environment
test("runCommand: the command's environment is ours and the bus address, no more", async () => {
  await inFolder(async (folder) => {
    const program = [
      `const { writeFileSync } = require('node:fs');`,
      `writeFileSync(process.argv[1], JSON.stringify(process.env));`,
    ].join('');
    const file = path.join(folder, 'environment');
    await runCommand(PLAN, [process.execPath, '-e', program, file], new FakeEnd());
    const { DBUS_SESSION_BUS_ADDRESS: address, ...others } = JSON.parse(readFileSync(file, 'utf8'));
    const { DBUS_SESSION_BUS_ADDRESS: _, ...ours } = process.env;
    assert.match(address, /^unix:path=.*\/keywire-[^/]+\/bus,guid=[0-9a-f]{32}$/u);
    assert.deepEqual(withoutMarks(others), withoutMarks(ours));
    assert.equal(existsSync(path.dirname(/path=([^,]+)/u.exec(address)?.[1] ?? '/')), false);
  });
});

/** The test runner marks each process that is started, with marks of its own. */
function withoutMarks(environment: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^_TAPJS_|^NODE_OPTIONS$/u.test(name)),
  );
}

test('runCommand: a signal goes to the command, one that comes too early ends it all', async () => {
  await inFolder(async (folder) => {
    const fifo = path.join(folder, 'ready');
    const early = new FakeEnd();
    const never = path.join(folder, 'never');
    const running = runCommand(PLAN, ['touch', never], early);
    early.taker?.('SIGTERM');
    assert.deepEqual(await running, { kind: 'killed', signalNumber: 15 });
    assert.equal(existsSync(never), false);

    // The command says that it listens by opening the pipe that is read here.
    assert.deepEqual(await runCommand(PLAN, ['mkfifo', fifo], new FakeEnd()), {
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
      const ended = runCommand(PLAN, [process.execPath, '-e', program, fifo], hands);
      await readFile(fifo);
      hands.taker?.(name);
      assert.deepEqual(await ended, { kind: 'exited', code });
    }
  });
});

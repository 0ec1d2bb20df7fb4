import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  BUNDLE,
  type Ended,
  ended,
  onTerminal,
  REPOSITORY,
  runChild,
  shellLine,
} from '../support/child.ts';

const NO_BUS = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  XDG_RUNTIME_DIR: '/nonexistent',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
};

function keywire(args: readonly string[], input?: string): Promise<Ended> {
  return runChild([process.execPath, BUNDLE, ...args], {
    env: NO_BUS,
    ...(input === undefined ? {} : { input }),
  });
}

test('the bundle: version and help, on stdout, exit 0', async () => {
  const version = await keywire(['--version']);
  assert.match(version.stdout.toString(), /^keywire \d+\.\d+\.\d+\n$/u);
  assert.deepEqual([version.code, version.stderr], [0, '']);
  const help = await keywire(['lookup', '--help']);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  assert.match(help.stdout.toString(), /^keywire lookup /u);
});

test('the bundle: --version and --help load neither net nor the wire', async () => {
  // The runtime tells which of its own modules were loaded; net is what any bus needs first.
  const program = [
    `process.argv = ['node', 'keywire', '--version'];`,
    `const { writeSync } = require("node:fs");`,
    `process.on("exit", () => writeSync(2, String(process.moduleLoadList.includes("NativeModule net"))));`,
    `require(${JSON.stringify(BUNDLE)});`,
  ].join('\n');
  const command = [process.execPath, '-e', program] as const;
  const { stderr, stdout } = await runChild(command, { env: NO_BUS });
  assert.match(stdout.toString(), /^keywire /u);
  assert.equal(stderr, 'false');
});

test('the bundle: no bus is exit 5 and one line with the address tried', async () => {
  const { code, stdout, stderr } = await keywire(['lookup', 'app', 'demo']);
  assert.equal(code, 5);
  assert.equal(stdout.length, 0);
  assert.match(stderr, /^keywire: [^\n]*\/nonexistent\/bus[^\n]*\n$/u);
});

test('the bundle: wrong usage is exit 2 and one line, without what may be a secret', async () => {
  const { code, stderr } = await keywire(['store', '--label=L', 'app', 'demo', 'Hunter2!']);
  assert.equal(code, 2);
  assert.match(stderr, /^keywire: [^\n]*\n$/u);
  assert.doesNotMatch(stderr, /unter2/u);
  const bytes = await runChild(
    ['bash', '-c', `exec ${shellLine([process.execPath, BUNDLE])} lookup app $'\\xff'`],
    { env: NO_BUS },
  );
  assert.deepEqual(
    [bytes.code, bytes.stderr],
    [2, 'keywire: argument 3 is not UTF-8, or holds the character U+FFFD\n'],
  );
});

test('the bundle: nobody is asked for a secret where there is no keyring', async () => {
  const line = `${shellLine([process.execPath, BUNDLE])} store --label=L app demo; echo "code $?"`;
  const { screen } = await onTerminal(line, [], NO_BUS);
  assert.match(screen, /keywire:.*\/nonexistent\/bus(?:.|\r|\n)*code 5/u);
  assert.doesNotMatch(screen, /Secret for/u);
});

// @rule cli/writing-can-be-ended
test('the bundle: a signal ends it while its reader takes nothing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kw-main-'));
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY);
  try {
    const page = Buffer.alloc(4096);
    while (takesMore(reader, page));
    const child = spawn(process.execPath, [BUNDLE, 'man'], { stdio: ['ignore', writer, 'pipe'] });
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const result = ended(child);
    // Room for a page is made, and filled again, until it is the child who fills it.
    do {
      readSync(reader, page);
      await wait(10);
    } while (isRunning(child) && takesMore(reader, page));
    child.kill('SIGTERM');
    assert.equal((await result).code, 'SIGTERM');
    clearTimeout(patience);
  } finally {
    closeSync(writer);
    closeSync(reader);
    rmSync(folder, { recursive: true });
  }
});

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function takesMore(descriptor: number, bytes: Uint8Array): boolean {
  try {
    return writeSync(descriptor, bytes) > 0;
  } catch {
    return false;
  }
}

test('the bundle: a runtime that is too old gets one line and exit 7', async () => {
  const program = [
    `Object.defineProperty(process.versions, 'node', { value: '18.18.2' });`,
    `process.argv = ['node', 'keywire', '--version'];`,
    `require(${JSON.stringify(BUNDLE)});`,
  ].join('\n');
  const { code, stdout, stderr } = await runChild([process.execPath, '-e', program]);
  assert.deepEqual(
    [code, stdout.length, stderr],
    [7, 0, 'keywire: needs Node 18.19 or newer, this is 18.18.2\n'],
  );
});

test('the bundle: a fault of ours is one line too', async () => {
  const program = [
    `process.argv = ['node', 'keywire', '--version'];`,
    `require(${JSON.stringify(BUNDLE)});`,
    `throw new TypeError('hunter2');`,
  ].join('\n');
  const { code, stderr } = await runChild([process.execPath, '-e', program], { cwd: REPOSITORY });
  assert.deepEqual(
    [code, stderr],
    [7, 'keywire: internal error (TypeError); nothing more is known\n'],
  );
});

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { readDescriptor, readFile } from '../../../src/io/terminal/input.ts';
import {
  cleanEnvironment,
  ended,
  onTerminal,
  programCommand,
  runChild,
  shellLine,
} from '../../support/child.ts';

const command = programCommand('read-input');

async function answer(run: ReturnType<typeof runChild>): Promise<unknown> {
  const { stdout, stderr } = await run;
  assert.equal(stderr, '');
  return JSON.parse(stdout.toString().replace('reading\n', ''));
}

test('readStdin: every byte of a pipe, nothing of an empty one', async () => {
  const bytes = [0, 255, 10, 128];
  assert.deepEqual(await answer(runChild(command, { input: Uint8Array.from(bytes) })), bytes);
  assert.deepEqual(await answer(runChild(command)), []);
});

// @rule cli/secret-size
test('readStdin, readFile: the limit passes, one byte more does not', async () => {
  assert.deepEqual(
    await answer(runChild(command, { input: 'x'.repeat(10) })),
    Array.from({ length: 10 }, () => 0x78),
  );
  assert.deepEqual(await answer(runChild(command, { input: 'x'.repeat(11) })), {
    code: 'input-too-large',
    message: 'stdin: expected at most 10 bytes',
  });
  assert.deepEqual(await answer(runChild([...command, '/dev/zero'])), {
    code: 'input-too-large',
    message: '--file: expected at most 10 bytes',
  });
});

test('readFile: files and pipes; what cannot be read has its reason', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-'));
  try {
    const file = path.join(folder, 'secret');
    writeFileSync(file, 'ü\n');
    assert.deepEqual(await answer(runChild([...command, file])), [0xc3, 0xbc, 10]);
    const pipe = ['bash', '-c', `${shellLine(command)} <(printf ab)`] as const;
    assert.deepEqual(await answer(runChild(pipe)), [97, 98]);
    for (const [wrong, reason] of [
      [path.join(folder, 'none'), 'there is no such file (ENOENT)'],
      [folder, 'it is a folder (EISDIR)'],
      ['77', 'no descriptor of this number is open for reading (EBADF)'],
    ] as const) {
      assert.deepEqual(await answer(runChild([...command, wrong])), {
        code: 'input-unreadable',
        message: `--file: ${reason}`,
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('readFile, readDescriptor: all of what comes in many chunks; nothing once the end was asked for', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-'));
  const file = path.join(folder, 'secret');
  const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => index % 251));
  writeFileSync(file, bytes);
  const { signal } = new AbortController();
  const request = { maxBytes: bytes.length, subject: '--file', signal };
  // The one that reads closes it.
  const descriptor = openSync(file, 'r');
  const unread = openSync(file, 'r');
  try {
    assert.ok(bytes.equals(await readFile(file, request)));
    assert.ok(bytes.equals(await readDescriptor(descriptor, request)));
    const ended = { ...request, signal: AbortSignal.abort() };
    await assert.rejects(readFile(file, ended), { code: 'interrupted' });
    await assert.rejects(readDescriptor(unread, ended), { code: 'interrupted' });
    assert.throws(() => closeSync(descriptor), { code: 'EBADF' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// @rule cli/password-not-shown
test('readFile, readDescriptor: a terminal is no file, and is not waited for', async () => {
  for (const words of ['/dev/tty', '/dev/stdin', '1', '2']) {
    const { code, screen } = await onTerminal(shellLine([...command, words]), []);
    assert.equal(code, 0);
    assert.match(screen, /"input-unreadable","message":"--file: it is a terminal/u);
  }
});

// @rule cli/descriptor-is-the-callers
test("readDescriptor: the runtime's own descriptors are not the caller's", async () => {
  const [program, ...args] = command;
  const numbers = [3, 4, 5, 6].map(String);
  const runs = numbers.map((number) =>
    spawnSync(program, [...args, number], {
      cwd: tmpdir(),
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    }),
  );
  for (const [index, { status, stdout }] of runs.entries()) {
    assert.equal(status, 0, numbers[index]);
    assert.match(stdout.toString(), /is open for reading|reading\n\[\]$/u);
  }
});

const unshared = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/proc']);
if (unshared.status !== 0) {
  test.skip('readDescriptor: without /proc', 'hiding it takes root, and a kernel that lets it');
} else {
  test("readDescriptor: without /proc the caller's descriptors are read all the same", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'keywire-'));
    try {
      const file = path.join(folder, 'secret');
      writeFileSync(file, 'ab');
      const line = `mount -t tmpfs none /proc; ${shellLine([...command, '3'])} 3< '${file}'`;
      const hidden = ['unshare', '--mount', 'sh', '-c', line] as const;
      assert.deepEqual(await answer(runChild(hidden)), [97, 98]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

// @rule cli/no-empty-by-accident
test('readStdin: a folder is not an empty pipe', async () => {
  const folder = openSync(tmpdir(), 'r');
  const refused = { code: 'input-unreadable', message: 'stdin: it is a folder (EISDIR)' };
  const run = runChild(command, { stdio: [folder, 'pipe', 'pipe'] });
  assert.deepEqual(await answer(run), refused);
});

test('a silent pipe is left when the run is ended: stdin, a file, a descriptor', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-'));
  try {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const words of [[], [pipe], ['3']]) {
      const [program, ...args] = command;
      const child = spawn(program, [...args, ...words], {
        env: cleanEnvironment(),
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      });
      const result = ended(child);
      await once(child.stdout ?? assert.fail(), 'data');
      child.kill('SIGINT');
      const { code, stdout } = await result;
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(stdout.toString().replace('reading\n', '')), {
        code: 'interrupted',
        message: 'interrupted',
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('readStdin: a pipe that stays open is left behind the last chunk', async () => {
  const [program, ...args] = command;
  const child = spawn(program, args, { env: cleanEnvironment() });
  const result = ended(child);
  child.stdin.write('ab!');
  const { code, stdout } = await result;
  assert.deepEqual([code, stdout.toString()], [0, 'reading\n[97,98,33]']);
});

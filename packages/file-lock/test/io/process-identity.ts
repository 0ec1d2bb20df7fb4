import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  parseStat,
  processIdentity,
  processState,
  readIdentity,
} from '../../src/io/process-identity.ts';

const STAT =
  '77 (a) b (c)) S 1 77 77 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 3 0 276601 1000 200 18446744073709551615';

// The first in this file: what is read once stays.
// @rule lock/identity-read-again
test('an identity that could not be read whole is read again, a whole one is not', async () => {
  const whole = { ...(await readIdentity('/proc')), bootId: 'boot' };
  let readings = 0;
  const reading = (bootId: string) => async () => {
    readings += 1;
    return { ...whole, bootId };
  };
  assert.equal((await processIdentity(reading(''))).bootId, '');
  assert.equal((await processIdentity(reading(''))).bootId, '');
  assert.equal(readings, 2);
  const real = await readIdentity('/proc');
  const own = await processIdentity(async () => ({ ...real, bootId: real.bootId || 'none here' }));
  assert.equal(await processIdentity(reading('other')), own);
  assert.equal(readings, 2);
});

test('a stat line is read from behind the name, whatever that holds', () => {
  assert.deepEqual(parseStat(STAT), { pid: 77, startTicks: '276601', hasEnded: false });
});

test('a zombie has ended when no other thread of it runs', () => {
  const zombie = STAT.replace(' S ', ' Z ');
  assert.equal(parseStat(zombie)?.hasEnded, false, 'three threads');
  assert.equal(parseStat(zombie.replace(' 20 0 3 ', ' 20 0 2 '))?.hasEnded, false, 'two');
  for (const threads of ['0', '1']) {
    assert.equal(parseStat(zombie.replace(' 20 0 3 ', ` 20 0 ${threads} `))?.hasEnded, true);
  }
  assert.equal(parseStat(STAT.replace(' 20 0 3 ', ' 20 0 1 '))?.hasEnded, false, 'it sleeps');
  for (const state of ['X', 'x']) {
    const line = STAT.replace(' S ', ` ${state} `).replace(' 20 0 3 ', ' 20 0 1 ');
    assert.equal(parseStat(line)?.hasEnded, true);
  }
});

test('what is no stat line is none', () => {
  for (const line of [
    '',
    '77',
    '77 (a) S 1',
    'x (a) S',
    STAT.replace('276601', '-1'),
    STAT.replace('276601', '27x'),
    STAT.replace('77', '0'),
    STAT.replace(/[()]/gu, ''),
    ') )',
  ]) {
    assert.equal(parseStat(line), undefined, line);
  }
});

test('this process is who it says and runs', async () => {
  const own = await processIdentity();
  assert.equal(own.pid, process.pid);
  assert.equal(own.host, os.hostname());
  assert.match(own.bootId, /^[0-9a-f-]{36}$/u);
  assert.match(own.namespaces, /^pid:\[\d+\]/u);
  assert.deepEqual(await processState(process.pid), {
    state: 'present',
    startTicks: own.startTicks,
    hasEnded: false,
  });
  assert.equal(await processIdentity(), await processIdentity(), 'read once');
});

test('a process that has ended and been reaped is absent', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  assert.ok(child.pid);
  assert.deepEqual(await processState(child.pid), { state: 'absent' });
});

test('a process that was killed and is not reaped has ended', async () => {
  // The shell starts a child, tells its id and becomes a program that never waits for it.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec cat']);
  try {
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    // A shell would reap a child that ends too early: it is one no more once it answers.
    parent.stdin.write('answer');
    await once(parent.stdout, 'data');
    process.kill(pid, 'SIGKILL');
    let state = await processState(pid);
    while (state.state === 'present' && !state.hasEnded) state = await processState(pid);
    assert.equal(state.state, 'present');
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a process that /proc does not show is hidden, not absent', async () => {
  assert.deepEqual(await processState(process.pid, '/nonexistent'), { state: 'hidden' });
  assert.equal((await processState(1)).state === 'absent', false, 'not ours to signal');
});

test('a process that may not be signalled is hidden, whoever runs this', async () => {
  // The superuser may signal everybody, so that the refusal has to be put on.
  const { kill } = process;
  process.kill = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  };
  try {
    assert.deepEqual(await processState(process.pid, '/nonexistent'), { state: 'hidden' });
  } finally {
    process.kill = kill;
  }
});

test('without /proc, or with that of another namespace, nothing is said for certain', async () => {
  const named = await readIdentity('/nonexistent', ['node', '/a/tool.cjs', 'lock']);
  assert.equal(named.program, 'tool.cjs');
  const missing = await readIdentity('/nonexistent', ['node']);
  assert.equal(missing.program, path.basename(process.execPath), 'no script has a name');
  assert.deepEqual([missing.startTicks, missing.bootId, missing.namespaces], ['', '', '']);

  const proc = await mkdtemp(path.join(os.tmpdir(), 'keywire-proc-'));
  try {
    await mkdir(path.join(proc, 'self', 'ns'), { recursive: true });
    await mkdir(path.join(proc, String(process.pid)));
    await mkdir(path.join(proc, 'sys', 'kernel', 'random'), { recursive: true });
    await symlink('pid:[1]', path.join(proc, 'self', 'ns', 'pid'));
    await writeFile(path.join(proc, 'sys', 'kernel', 'random', 'boot_id'), 'abc-1\n');
    const own = path.join(proc, String(process.pid), 'stat');
    await writeFile(
      own,
      (await readFile('/proc/self/stat', 'latin1')).replace(/^\d+/u, `${process.pid}`),
    );
    await cp(own, path.join(proc, 'self', 'stat'));
    const complete = await readIdentity(proc);
    assert.deepEqual([complete.bootId, complete.namespaces], ['abc-1', 'pid:[1]']);
    await symlink('time:[2]', path.join(proc, 'self', 'ns', 'time'));
    assert.equal((await readIdentity(proc)).namespaces, 'pid:[1] time:[2]');

    await writeFile(path.join(proc, 'self', 'stat'), STAT);
    assert.equal((await readIdentity(proc)).bootId, '', 'self is another process');
    await cp(own, path.join(proc, 'self', 'stat'));
    await rm(path.join(proc, 'sys'), { recursive: true });
    assert.equal((await readIdentity(proc)).bootId, '', 'no boot id');
  } finally {
    await rm(proc, { recursive: true });
  }
});

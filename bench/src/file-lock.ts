/**
 * Measures @keywire/file-lock: the lock alone, handed from process to process, and taken over from
 * an owner that was killed.
 *
 *   node --import ./scripts/ts-register.mjs --conditions=@keywire/source bench/src/file-lock.ts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { CrossProcessLock, replaceFile } from '@keywire/file-lock';

const ROUNDS = 20;

if (process.argv[2] === '--hold') await holdUntilTold(process.argv[3] ?? '');
else await measureAll();

/** The other process: takes the lock, says so, and gives it back when its stdin ends. */
async function holdUntilTold(file: string): Promise<void> {
  const lock = await CrossProcessLock.acquire(file);
  process.stdout.write('held\n');
  await once(process.stdin.resume(), 'end');
  await lock.release();
}

async function measureAll(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'keywire-bench-lock-'));
  const file = path.join(folder, 'lock');
  try {
    console.log(
      `Node ${process.versions.node}, ${os.cpus()[0]?.model ?? 'unknown CPU'}, ${folder}`,
    );
    report('acquire and release, nobody else', await repeat(200, () => acquireAndRelease(file)));
    const content = new Uint8Array(4096);
    report(
      'replaceFile, 4 KiB',
      await repeat(200, () => timed(() => replaceFile(path.join(folder, 'file'), content))),
    );
    report(
      'handed over: from its release on',
      await repeat(ROUNDS, () => untilOurs(file, (holder) => holder.stdin?.end())),
    );
    report(
      'taken over: from the kill -9 of its owner on',
      await repeat(ROUNDS, () => untilOurs(file, (holder) => holder.kill('SIGKILL'))),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function acquireAndRelease(file: string): Promise<number> {
  return timed(() => CrossProcessLock.run(file, () => {}));
}

/** Milliseconds from `end` of a holder, for which we already wait, until the lock is ours. */
async function untilOurs(file: string, end: (holder: ChildProcess) => void): Promise<number> {
  const script = fileURLToPath(import.meta.url);
  const holder = spawn(process.execPath, [...process.execArgv, script, '--hold', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const acquiring = CrossProcessLock.acquire(file, { timeoutMs: Number.POSITIVE_INFINITY });
  // Long enough for the waiter to be waiting in earnest.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const milliseconds = await timed(async () => {
    end(holder);
    await (await acquiring).release();
  });
  if (holder.exitCode === null && holder.signalCode === null) await once(holder, 'exit');
  return milliseconds;
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await body();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

async function repeat(rounds: number, body: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await body());
  return times.sort((a, b) => a - b);
}

function report(name: string, sorted: readonly number[]): void {
  const [least, median, most] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((index) =>
    (sorted[index] ?? Number.NaN).toFixed(2).padStart(8),
  );
  console.log(`  ${name.padEnd(46)} min ${least}  median ${median}  max ${most} ms`);
}

/**
 * Several long-lived processes fight for one lock while one after the other is killed at random. The
 * journal must show visits one after another: a visit that a kill cut short never goes on, and no
 * raise of the counter that was acknowledged is lost. SLOW=1 makes 100,000 acquisitions.
 */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, watch } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CrossProcessLock } from '../src/index.ts';

type Contender = ChildProcessByStdio<Writable, null, null>;

const ACQUISITIONS = process.env['SLOW'] === '1' ? 100_000 : 1000;
const PROCESSES = 4;
/** One kill for so many acquisitions, at random. */
const VISITS_PER_KILL = 60;

test(`${PROCESSES} processes, ${ACQUISITIONS} acquisitions, random kills: one inside`, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keywire-torture-'));
  const contenders: Contender[] = [];
  try {
    writeFileSync(path.join(folder, 'counter'), '0');
    writeFileSync(path.join(folder, 'journal'), '');
    for (let count = 0; count < PROCESSES; count += 1) contenders.push(startContender(folder));
    const kills = await killAtRandom(folder, contenders);
    await Promise.all(contenders.map(stop));
    const visits = checkJournal(folder);
    console.log(`# ${visits} visits, ${kills} kills`);
    assert.ok(visits >= ACQUISITIONS && kills > 0);
    // Whoever was killed last, nobody's hand is needed.
    const lock = await CrossProcessLock.acquire(path.join(folder, 'lock'));
    await lock.release();
    assert.ok(!(await readdir(folder)).includes('lock'));
  } finally {
    for (const contender of contenders) contender.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});

/** Kills and replaces contenders until the journal is long enough; gives the number of kills. */
async function killAtRandom(folder: string, contenders: Contender[]): Promise<number> {
  const journal = path.join(folder, 'journal');
  const reader = new JournalReader(journal);
  let kills = 0;
  let nextKill = VISITS_PER_KILL;
  for await (const _change of watch(journal)) {
    for (const { exitCode } of contenders) assert.equal(exitCode, null, 'a contender failed');
    const visits = reader.countVisits();
    if (visits >= ACQUISITIONS) break;
    if (visits < nextKill) continue;
    nextKill = visits + 1 + Math.floor(Math.random() * 2 * VISITS_PER_KILL);
    const index = Math.floor(Math.random() * contenders.length);
    const killed = contenders.splice(index, 1, startContender(folder));
    for (const contender of killed) await killAndReap(contender);
    kills += 1;
  }
  return kills;
}

/** Counts the finished visits, reading each byte of the journal once. */
class JournalReader {
  readonly #journal: string;
  #position = 0;
  #visits = 0;

  constructor(journal: string) {
    this.#journal = journal;
  }

  countVisits(): number {
    const descriptor = openSync(this.#journal, 'r');
    const buffer = Buffer.alloc(65_536);
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, this.#position);
      if (length === 0) break;
      // Each finished visit ends in the one line that begins with an "o".
      this.#visits += buffer.toString('latin1', 0, length).split('o').length - 1;
      this.#position += length;
    }
    closeSync(descriptor);
    return this.#visits;
  }
}

function checkJournal(folder: string): number {
  const lines = readFileSync(path.join(folder, 'journal'), 'latin1').trimEnd().split('\n');
  let inside: string | undefined;
  let acknowledged = 0;
  let cutShort = 0;
  for (const line of lines) {
    const [kind, visit, value] = line.split(' ');
    if (kind === 'in') {
      // Somebody may have been killed inside, after raising the counter or before.
      if (inside !== undefined) cutShort += 1;
      assert.ok(Number(value) >= acknowledged, `${line}: a raise was lost`);
      assert.ok(Number(value) <= acknowledged + cutShort, `${line}: raised twice`);
      inside = visit;
    } else {
      assert.equal(visit, inside, `${line}: two were inside`);
      acknowledged = Number(value);
      cutShort = 0;
      inside = undefined;
    }
  }
  assert.ok(Number(readFileSync(path.join(folder, 'counter'), 'latin1')) >= acknowledged);
  return new JournalReader(path.join(folder, 'journal')).countVisits();
}

function startContender(folder: string): Contender {
  const script = fileURLToPath(new URL('support/contender.ts', import.meta.url));
  return spawn(process.execPath, [...runtimeArguments(), script, folder], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
}

function runtimeArguments(): readonly string[] {
  const condition = '--conditions=@keywire/source';
  if ('Deno' in globalThis) return ['run', '-A', condition];
  if ('Bun' in globalThis) return [condition];
  const register = new URL('../../../scripts/ts-register.mjs', import.meta.url);
  return [condition, `--import=${register.href}`];
}

async function killAndReap(contender: Contender): Promise<void> {
  const exited = once(contender, 'exit');
  contender.kill('SIGKILL');
  await exited;
}

async function stop(contender: Contender): Promise<void> {
  const exited = once(contender, 'exit');
  contender.stdin.end();
  assert.deepEqual(await exited, [0, null]);
}

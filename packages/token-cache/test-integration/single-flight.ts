/**
 * Fifty processes, one expiring token, and a server that takes each refresh token once: exactly one
 * refresh for each expiry. Then with the refreshing process killed at random: nobody is signed out.
 * 20 and 15 rounds; with SLOW=1, 1,000 and 300.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, type Keyring, requires } from '../../../test-fixtures/src/index.ts';
import { FilePersistence, SecretServicePersistence, TokenStore } from '../src/index.ts';
import { bundleProgram, Program } from './support/programs.ts';
import { startTokenServer, type TokenServer } from './support/token-server.ts';

const IS_SLOW = process.env['SLOW'] === '1';
const PROCESSES = 50;
const ROUNDS = IS_SLOW ? 1000 : 20;
const KILLED_PROCESSES = 8;
const KILLED_ROUNDS = IS_SLOW ? 300 : 15;
const KEYRING_ROUNDS = IS_SLOW ? 200 : 8;
const HOUR = 3_600_000;
const LEFTOVER = /^\.tokens\.[0-9a-f]{32}\.tmp$|\.[0-9a-f]{32}(?:\.new)?$/u;

interface World {
  readonly file: string;
  readonly server: TokenServer;
  readonly start: () => Program;
  readonly programs: Program[];
}

/** A server, a store with a first token, and as many processes, forked once. */
async function inWorld(
  count: number,
  work: (world: World) => Promise<void>,
  keyring?: Keyring,
): Promise<void> {
  await inFolder(async (folder) => {
    await using server = await startTokenServer();
    const program = await bundleProgram('refresher', folder);
    const file = join(folder, 'tokens');
    const store = new TokenStore({
      persistence:
        keyring === undefined
          ? new FilePersistence(file)
          : new SecretServicePersistence({
              location: file,
              connect: { address: keyring.bus.address },
            }),
      clock: { moment: () => ({ nowMs: 0 }) },
    });
    await store.get('shared', {
      refresh: async () => JSON.parse(await (await fetch(`${server.url}/login`)).text()),
    });
    const place = keyring === undefined ? 'file' : 'keyring';
    const start = (): Program => new Program(program, [file, server.url, place], keyring?.env);
    const programs = Array.from({ length: count }, start);
    try {
      await work({ file, server, start, programs });
      await Promise.all(programs.map((each) => each.stop()));
      // What a killed process was writing is left for an hour, for the next writer to remove.
      const names = readdirSync(folder).filter((name) => !LEFTOVER.test(name));
      assert.deepEqual(names.toSorted(), ['refresher.mjs', 'tokens']);
    } finally {
      for (const each of programs) await each.kill();
    }
  });
}

test(`${PROCESSES} processes, ${ROUNDS} expiries: ${ROUNDS} refreshes, and every token valid`, async () => {
  await inWorld(PROCESSES, (world) => expireAgain(world, ROUNDS));
});

const missing = requires('dbus-daemon', 'gnome-keyring');
const inKeyring = `the same in gnome-keyring, ${KILLED_PROCESSES} processes, ${KEYRING_ROUNDS} expiries`;
if (missing !== undefined) test.skip(inKeyring, missing);
else
  test(inKeyring, async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    await inWorld(KILLED_PROCESSES, (world) => expireAgain(world, KEYRING_ROUNDS), keyring);
  });

async function expireAgain({ server, programs }: World, rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    const answers = await Promise.all(programs.map((each) => each.ask({ nowMs: round * HOUR })));
    for (const answer of answers) assertValid(server, answer);
    assert.deepEqual(server.counts, { refreshes: round, logins: 1, reuses: 0 });
  }
}

test(`the refreshing process killed at random, ${KILLED_ROUNDS} expiries: recovered, never a reuse`, async () => {
  await inWorld(KILLED_PROCESSES, async ({ file, server, start, programs }) => {
    let nowMs = 0;
    const killed = new Set<Program>();
    let killing: Promise<void>[] = [];
    const kill = async (victim: Program): Promise<void> => {
      killed.add(victim);
      await victim.kill();
    };
    server.interfere = (when, pid) => {
      if (Math.random() > 0.4) return;
      const victim = programs.find((each) => each.child.pid === pid && !killed.has(each));
      if (victim === undefined) return;
      // Before anything has happened, or while the result is on its way and saved.
      if (when === 'before') killing.push(kill(victim));
      else killing.push(delay(Math.random() * 15).then(() => kill(victim)));
    };
    for (let round = 1; round <= KILLED_ROUNDS || killed.size === 0; round += 1) {
      const answers = await Promise.all(programs.map((each) => each.ask({ nowMs: round * HOUR })));
      for (const answer of answers) if (answer !== undefined) assertIssued(answer);
      assert.equal(server.counts.reuses, 0);
      await Promise.all(killing);
      killing = [];
      for (const [index, each] of programs.entries()) {
        if (killed.has(each)) programs[index] = start();
      }
      nowMs = round * HOUR;
    }
    server.interfere = () => {};
    const last = await Promise.all(programs.map((each) => each.ask({ nowMs: nowMs + HOUR })));
    for (const answer of last) assertValid(server, answer);
    const kills = killed.size;
    console.log(`# ${kills} kills, ${server.counts.logins - 1} recoveries`);
    assert.ok(server.counts.logins - 1 <= kills);
    assert.equal(server.counts.reuses, 0);
    assert.match(readFileSync(file, 'utf8'), /"state":"ready"/u);
  });
});

function assertValid(server: TokenServer, answer: unknown): void {
  assertIssued(answer);
  assert.ok(server.isValid(answer.accessToken), JSON.stringify(answer));
}

function assertIssued(answer: unknown): asserts answer is { readonly accessToken: string } {
  assert.ok(
    typeof answer === 'object' && answer !== null && 'accessToken' in answer,
    JSON.stringify(answer),
  );
}

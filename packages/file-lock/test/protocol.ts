import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import type { LockFiles, Observation } from '../src/protocol.ts';
import { BASE, DEAD, explore, record, type Scenario } from './support/interleavings.ts';

const DEAD_CLAIMANT = 'e'.repeat(32);
const deadLock = { [BASE]: record(DEAD) };
const deadClaim = { ...deadLock, [`${BASE}.${DEAD}`]: record(DEAD_CLAIMANT) };
const debris = {
  ...deadClaim,
  [`${BASE}.${DEAD_CLAIMANT}.new`]: '',
  [`${BASE}.x12-34`]: record(DEAD),
};

const always: Readonly<Record<string, Scenario>> = {
  two: { processes: 2, crashes: 0 },
  'two, a crash': { processes: 2, crashes: 1 },
  'two, both crash': { processes: 2, crashes: 2 },
  'two, replies lost': { processes: 2, crashes: 1, losesReplies: true },
  'two and a dead owner': { processes: 2, crashes: 0, files: deadLock },
  'two and a dead owner, a crash': { processes: 2, crashes: 1, files: deadLock },
  'two and a dead owner, replies lost': {
    processes: 2,
    crashes: 1,
    files: deadLock,
    losesReplies: true,
  },
  'two and a dead claimant': { processes: 2, crashes: 0, files: deadClaim },
  'two and debris, a crash': { processes: 2, crashes: 1, files: debris },
  three: { processes: 3, crashes: 0 },
  'three, a crash': { processes: 3, crashes: 1 },
  'three and a dead owner': { processes: 3, crashes: 0, files: deadLock },
};

const slow: Readonly<Record<string, Scenario>> = {
  'three, two crashes': { processes: 3, crashes: 2 },
  'three and a dead owner, a crash': { processes: 3, crashes: 1, files: deadLock },
  'three and a dead claimant': { processes: 3, crashes: 0, files: deadClaim },
  four: { processes: 4, crashes: 0 },
};

const scenarios = process.env['SLOW'] === '1' ? { ...always, ...slow } : always;

// @rule lock/take-over-dead-only
// @rule lock/look-again-under-claim
// @rule lock/only-owner-unlocks
for (const [name, scenario] of Object.entries(scenarios)) {
  test(`every interleaving of ${name}: one inside, nobody stuck`, async () => {
    const { states, steps, fault, leftovers } = await explore(scenario);
    console.log(`# ${name}: ${states} states, ${steps} steps`);
    assert.equal(fault, undefined);
    assert.ok(states > 50 && steps > states);
    if (scenario.crashes === 0) assert.deepEqual(leftovers, [], 'everything is cleared away');
  });
}

// @rule lock/untidy-is-no-failure
test('what cannot be removed beside the lock keeps nobody from it', async () => {
  for (const processes of [1, 2]) {
    const { fault, leftovers } = await explore({
      ...{ processes, crashes: 0, files: debris },
      bend: (files) => ({
        ...steps(files),
        remove: (path) =>
          path.endsWith('.x12-34') ? Promise.reject(new Error('EPERM')) : files.remove(path),
      }),
    });
    assert.equal(fault, undefined);
    if (processes === 1) assert.deepEqual(leftovers, ['.x12-34']);
  }
});

test('who takes a free lock looks at nothing beside it', async () => {
  const looks: string[] = [];
  const { fault } = await explore({
    ...{ processes: 1, crashes: 0 },
    bend: (files) => ({
      ...steps(files),
      listBeside: (path) => {
        looks.push(path);
        return files.listBeside(path);
      },
    }),
  });
  assert.equal(fault, undefined);
  assert.deepEqual(looks, []);
});

// The faults that the exploration must find, else its silence would prove nothing.
const broken: Readonly<Record<string, Scenario & { readonly expected: RegExp }>> = {
  'nobody claims a dead lock before removing it': {
    processes: 2,
    crashes: 0,
    files: deadLock,
    bend: (files) => ({
      ...steps(files),
      read: (path) => (isClaim(path) ? Promise.resolve(undefined) : files.read(path)),
      link: (from, to) => (isClaim(to) ? Promise.resolve(true) : files.link(from, to)),
    }),
    expected: /two are inside|is gone/u,
  },
  'the lock is not looked at again under the claim': {
    processes: 2,
    crashes: 0,
    files: deadLock,
    bend: (files) => ({ ...steps(files), read: rememberDead(files) }),
    expected: /two are inside|is gone/u,
  },
  'a living owner is judged dead': {
    processes: 2,
    crashes: 0,
    bend: (files) => ({ ...steps(files), judge: () => Promise.resolve('dead' as const) }),
    expected: /two are inside|is gone/u,
  },
  'a dead owner is judged alive': {
    processes: 2,
    crashes: 0,
    files: deadLock,
    bend: (files) => ({ ...steps(files), judge: () => Promise.resolve('alive' as const) }),
    expected: /nobody gets through/u,
  },
  'claims of dead claimants stay': {
    processes: 1,
    crashes: 0,
    files: deadClaim,
    bend: (files) => ({
      ...steps(files),
      judge: (path, seen) => (isClaim(path) ? Promise.resolve('alive') : files.judge(path, seen)),
    }),
    expected: /nobody gets through/u,
  },
};

for (const [name, { expected, ...scenario }] of Object.entries(broken)) {
  test(`found out: ${name}`, async () => {
    const { fault } = await explore(scenario);
    assert.match(fault ?? 'no fault found', expected);
  });
}

function isClaim(path: string): boolean {
  return path !== BASE && !path.endsWith('.new');
}

/** Reads each path once; what was seen there as the dead owner's is given again ever after. */
function rememberDead(files: LockFiles): LockFiles['read'] {
  const remembered = new Map<string, Observation>();
  return async (path) => {
    const known = remembered.get(path);
    if (known !== undefined) return known;
    const seen = await files.read(path);
    if (seen?.text === record(DEAD)) remembered.set(path, seen);
    return seen;
  };
}

/** The steps as an object whose members can be replaced. */
function steps(files: LockFiles): LockFiles {
  return {
    read: (path) => files.read(path),
    judge: (path, seen) => files.judge(path, seen),
    write: (path, text) => files.write(path, text),
    link: (from, to) => files.link(from, to),
    remove: (path) => files.remove(path),
    listBeside: (base) => files.listBeside(base),
  };
}

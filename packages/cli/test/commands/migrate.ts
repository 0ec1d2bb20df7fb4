import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type {
  MigrationPlan,
  MigrationReport,
  MigrationStep,
} from '../../src/types/password-stores.ts';
import { FakeHost, type FakeHostParts, runWords, type Shown } from '../support/fake-host.ts';
import { fakeStores } from '../support/fake-password-stores.ts';

const NONE: MigrationReport = {
  total: 0,
  copied: 0,
  alreadyThere: 0,
  keptTarget: 0,
  deleted: 0,
  left: 0,
};

function step(name: MigrationStep['step'], done: number, service = 's'): MigrationStep {
  return { service, username: `u${done}`, step: name, done, total: 2 };
}

async function migrate(
  report: Partial<MigrationReport>,
  options: readonly string[] = [],
  steps: readonly MigrationStep[] = [],
  parts: FakeHostParts = {},
): Promise<Shown & { plan: MigrationPlan | undefined; host: FakeHost }> {
  let asked: MigrationPlan | undefined;
  const passwordStores = fakeStores({
    async migrate(plan, onStep) {
      asked = plan;
      for (const each of steps) onStep(each);
      return { ...NONE, ...report };
    },
  });
  const host = new FakeHost({ passwordStores, ...parts });
  const words = ['migrate', '--from=keytar', '--to=keywire', ...options];
  return { ...(await runWords(words, host)), plan: asked, host };
}

test('migrate: what was done, in one line', async () => {
  const steps = [step('copied', 1), step('deleted', 1), step('already-there', 2)];
  const counts = { total: 2, copied: 1, alreadyThere: 1, deleted: 1 };
  const { code, stdout, stderr, plan, host } = await migrate(counts, ['--delete'], steps);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(stdout, '2 found, 1 copied, 1 there already, 1 deleted\n');
  assert.deepEqual(
    [plan?.deletesSource, plan?.isDryRun, plan?.onConflict],
    [true, false, 'refuse'],
  );
  assert.deepEqual(host.services.told, []);
});

test('migrate: progress on a terminal only', async () => {
  const steps = [step('copied', 1), step('copied', 2)];
  const counts = { total: 2, copied: 2 };
  const { host } = await migrate(counts, [], steps, { terminals: ['stderr'] });
  assert.deepEqual(
    host.services.told.map(([, text]) => text),
    ['\rcopying 1 of 2\u001b[K', '\rcopying 2 of 2\u001b[K', '\r\u001b[K'],
  );
});

test('migrate: --dry-run shows each, and no secret is anywhere near', async () => {
  const steps = [step('would-copy', 1, 'a\u001b[2J'), step('kept-target', 2)];
  const counts = { total: 2, copied: 1, keptTarget: 1 };
  const options = ['--dry-run', '--on-conflict=keep', '--service=s', '--username=u'];
  const { stdout, plan } = await migrate(counts, options, steps, { terminals: ['stdout'] });
  assert.equal(
    stdout,
    'a\\x1b[2J  u1: would be copied\ns  u2: differs there, and stays\n' +
      '2 found, 1 to copy, 0 there already, 1 kept as they differ there\n',
  );
  assert.deepEqual([plan?.service, plan?.username, plan?.isDryRun], ['s', 'u', true]);
  const grouped = await migrate(
    counts,
    ['--dry-run'],
    [{ ...step('left', 1, '\u0007'), group: 'g' }],
  );
  assert.ok(grouped.stdout.startsWith('\u0007  u1  g: left\n'), 'a pipe gets it as it is');
  const json = await migrate(counts, ['--dry-run', '--json'], steps);
  assert.deepEqual(JSON.parse(json.stdout).entries[1], {
    service: 's',
    username: 'u2',
    step: 'kept-target',
  });
});

test('migrate --json: counts, and entries only of what would be done', async () => {
  const options = ['--json', '--on-conflict=overwrite'];
  const { stdout, plan } = await migrate({ total: 1, copied: 1 }, options, [step('copied', 1)]);
  assert.deepEqual(JSON.parse(stdout), { ...NONE, total: 1, copied: 1 });
  assert.equal(plan?.onConflict, 'overwrite');
});

test('migrate: nothing to do exits 1, what changed meanwhile exits 7', async () => {
  const none = await migrate({});
  assert.deepEqual([none.code, none.stdout], [1, '0 found, 0 copied, 0 there already\n']);
  const left = await migrate({ total: 1, copied: 1, left: 1 }, ['--json']);
  assert.equal(left.code, 7);
  assert.equal(JSON.parse(left.stdout).left, 1);
  assert.match(left.stderr, /changed meanwhile, and were left as they are: 1\n$/u);
});

test('migrate: wrong usage', async () => {
  for (const [words, wanted] of [
    [['--on-conflict=maybe'], /--on-conflict takes refuse, keep or overwrite/u],
    [['keytar'], /takes no operands/u],
  ] as const) {
    const { code, stderr } = await migrate({}, words);
    assert.equal(code, 2);
    assert.match(stderr, wanted);
  }
  const missing = await runWords(['migrate', '--from=keytar'], new FakeHost());
  assert.match(missing.stderr, /--to=SCHEME is missing; to move passwords/u);
  const empty = await runWords(['migrate', '--from=', '--to=x'], new FakeHost());
  assert.equal(empty.code, 2);
});

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  allItemsOf,
  OWN_WRITE_ECHO_MS,
  OWN_WRITE_WAIT_MS,
  OwnWrites,
} from '../../src/events/own-writes.ts';
import { COLLECTION, ITEM, ManualClock, turn } from '../support/scripted-daemon.ts';

test('what a write touched is ours for a while', async () => {
  const clock = new ManualClock();
  const writes = new OwnWrites(clock);
  assert.equal(
    await writes.during(
      async () => 'done',
      () => [ITEM],
    ),
    'done',
  );
  assert.equal(writes.isOwn(ITEM), true);
  assert.equal(writes.isOwn(`${ITEM}0`), false);
  clock.advance(OWN_WRITE_ECHO_MS + 1);
  assert.equal(writes.isOwn(ITEM), false);
});

test('a write to a whole collection touches its items', async () => {
  const writes = new OwnWrites(new ManualClock());
  await writes.during(
    async () => 0,
    () => [COLLECTION, allItemsOf(COLLECTION)],
  );
  assert.equal(writes.isOwn(ITEM), true);
  assert.equal(writes.isOwn(COLLECTION), true);
  assert.equal(writes.isOwn(`${COLLECTION}two/1`), false);
});

test('settled waits for what is under way, and not for ever', async () => {
  const clock = new ManualClock();
  const writes = new OwnWrites(clock);
  await writes.settled();
  let finish = (): void => {};
  const first = writes.during(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    () => [ITEM],
  );
  let isSettled = false;
  const waiting = writes.settled().then(() => {
    isSettled = true;
  });
  await turn();
  assert.equal(isSettled, false);
  finish();
  await Promise.all([first, waiting]);
  assert.equal(clock.pending, 0);
  const stuck = writes.during(
    () => new Promise<void>(() => {}),
    () => [],
  );
  const bounded = writes.settled();
  clock.advance(OWN_WRITE_WAIT_MS);
  await bounded;
  assert.ok(stuck instanceof Promise);
});

test('settled waits for the last of several', async () => {
  const writes = new OwnWrites(new ManualClock());
  const finish: (() => void)[] = [];
  const [first, second] = [1, 2].map(() =>
    writes.during(
      () => new Promise<void>((resolve) => finish.push(resolve)),
      () => [],
    ),
  );
  let isSettled = false;
  const waiting = writes.settled().then(() => {
    isSettled = true;
  });
  finish[0]?.();
  await first;
  await turn();
  assert.equal(isSettled, false);
  finish[1]?.();
  await Promise.all([second, waiting]);
});

test('a write that fails is ours no more, and its failure is handed on', async () => {
  const writes = new OwnWrites(new ManualClock());
  const fails = (): Promise<never> => Promise.reject(new Error('no'));
  await assert.rejects(
    writes.during(fails, () => [ITEM]),
    /no/,
  );
  assert.equal(writes.isOwn(ITEM), false);
  await writes.settled();
});

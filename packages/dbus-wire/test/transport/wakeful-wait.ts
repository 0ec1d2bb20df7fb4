import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { WakefulWait } from '../../src/transport/wakeful-wait.ts';

/** Sends once, with the answer after so many turns; returns how many of them were stayed awake for. */
function call(wait: WakefulWait, turnsUntilAnswer: number): number {
  let turns = 0;
  if (wait.sent()) {
    do turns += 1;
    while (turns <= turnsUntilAnswer && wait.turned());
  }
  wait.received();
  return turns;
}

/** Which of so many calls were waited for awake, by their place. */
function awake(wait: WakefulWait, calls: number, turnsUntilAnswer: number): number[] {
  const turns = Array.from({ length: calls }, () => call(wait, turnsUntilAnswer));
  return turns.flatMap((count, i) => (count > 0 ? [i] : []));
}

test('the first calls of a program are not waited for awake', () => {
  assert.deepEqual(awake(new WakefulWait(), 63, 20), []);
});

test('where it pays, every call from the first trial on is', () => {
  const all = awake(new WakefulWait(), 10_000, 20);
  assert.equal(all[0], 63);
  assert.equal(all.length, 10_000 - 63);
});

for (const [name, turns] of [
  ['where the answer takes too long', 1000],
  ['where it is there at once', 1],
] as const) {
  test(`${name}, it is tried less and less often, eight calls each time`, () => {
    const all = awake(new WakefulWait(), 30_000, turns);
    const starts = all.filter((place, i) => place !== (all[i - 1] ?? -1) + 1);
    const pauses = starts.map((place, i) => place - (starts[i - 1] ?? -1 - 7) - 7);
    assert.deepEqual(pauses.slice(0, 8), [64, 64, 128, 256, 512, 1024, 2048, 4096]);
    assert.ok(pauses.length > 8 && pauses.slice(8).every((pause) => pause === 4096));
    assert.equal(all.length, 8 * starts.length);
  });
}

test('a wait has an end: 64 turns', () => {
  const wait = new WakefulWait();
  awake(wait, 63, 1);
  assert.ok(wait.sent());
  assert.deepEqual(
    Array.from({ length: 70 }, () => wait.turned()),
    Array.from({ length: 70 }, (_, i) => i < 63),
  );
});

test('some late answers do not end it, more late ones than others do', () => {
  const wait = new WakefulWait();
  awake(wait, 63, 1);
  for (let i = 0; i < 1000; i += 1) assert.ok(call(wait, i % 3 === 0 ? 1000 : 20) > 0);
  const left = Array.from({ length: 1000 }, (_, i) => call(wait, i % 3 === 0 ? 20 : 1000));
  assert.ok(left.filter((turns) => turns > 0).length < 200);
});

test('what is sent while it waits is waited for with the rest', () => {
  const wait = new WakefulWait();
  awake(wait, 63, 1);
  assert.ok(wait.sent());
  assert.ok(wait.turned());
  assert.ok(wait.sent());
  wait.received();
  assert.equal(wait.turned(), false);
});

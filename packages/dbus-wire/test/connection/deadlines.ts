import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Deadlines } from '../../src/connection/deadlines.ts';
import { FakeClock } from '../support/fake-clock.ts';

function entry(deadline: number, log: string[], name: string) {
  return { deadline, expire: () => log.push(name) };
}

test('deadlines: expire in time, once, and not when removed', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const log: string[] = [];
  const removed = entry(deadlines.after(10), log, 'removed');
  deadlines.add(entry(deadlines.after(20), log, 'late'));
  const remove = deadlines.add(removed);
  deadlines.add(entry(deadlines.after(10), log, 'early'));
  deadlines.add(entry(Number.POSITIVE_INFINITY, log, 'never'));
  remove();
  clock.advance(9);
  assert.deepEqual(log, []);
  clock.advance(1);
  assert.deepEqual(log, ['early']);
  clock.advance(1_000);
  assert.deepEqual(log, ['early', 'late']);
  assert.equal(clock.waiting, 0);
});

test('deadlines: one timer, and none for what is removed in time', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const log: string[] = [];
  for (let count = 0; count < 1_000; count++) {
    const remove = deadlines.add(entry(deadlines.after(25_000), log, 'x'));
    clock.advance(1);
    remove();
  }
  assert.equal(clock.scheduled, 1);
  assert.equal(clock.waiting, 1);
});

test('deadlines: an earlier one takes the place of the timer', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const log: string[] = [];
  for (const at of [20, 10, 5]) deadlines.add(entry(at, log, `${at}`));
  assert.equal(clock.waiting, 1);
  clock.advance(20);
  assert.deepEqual(log, ['5', '10', '20']);
});

test('deadlines: later than a timer can be', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const log: string[] = [];
  deadlines.add(entry(deadlines.after(2 ** 31 + 5), log, 'far'));
  clock.advance(2 ** 31 + 4);
  assert.deepEqual(log, []);
  clock.advance(1);
  assert.deepEqual(log, ['far']);
});

test('deadlines: what expires may add and remove others', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const log: string[] = [];
  let removeSecond = (): void => {};
  deadlines.add({
    deadline: 5,
    expire: () => {
      log.push('first');
      removeSecond();
      deadlines.add(entry(deadlines.after(1), log, 'third'));
    },
  });
  removeSecond = deadlines.add(entry(5, log, 'second'));
  clock.advance(10);
  assert.deepEqual(log, ['first', 'third']);
});

test('deadlines: what expires may clear all others, and then no timer stays', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const log: string[] = [];
  deadlines.add({ deadline: 5, expire: () => deadlines.clear() });
  deadlines.add(entry(50, log, 'late'));
  clock.advance(5);
  assert.equal(clock.waiting, 0);
});

test('deadlines: cleared, nothing expires and no timer stays', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const log: string[] = [];
  deadlines.add(entry(5, log, 'x'));
  deadlines.clear();
  assert.equal(clock.waiting, 0);
  deadlines.add(entry(7, log, 'y'));
  clock.advance(10);
  assert.deepEqual(log, ['y']);
  assert.equal(clock.waiting, 0);
});

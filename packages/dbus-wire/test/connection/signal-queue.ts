import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SignalQueue } from '../../src/connection/signal-queue.ts';

const numbers = (...values: number[]) => values.map((value) => ({ value }));

// @rule connection/signal-queue-bounded
test('queues: the oldest are dropped and counted', async () => {
  const queue = new SignalQueue<{ value: number }>(3, () => {});
  for (const each of numbers(1, 2, 3, 4, 5)) queue.push(each);
  assert.equal(queue.dropped, 2);
  queue.end(undefined);
  const seen: number[] = [];
  for await (const { value } of queue) seen.push(value);
  assert.deepEqual(seen, [3, 4, 5]);
});

test('queues: a reader that waits gets the next entry at once', async () => {
  const queue = new SignalQueue<{ value: number }>(1, () => {});
  const first = queue.next();
  const second = queue.next();
  for (const each of numbers(1, 2, 3)) queue.push(each);
  assert.deepEqual(await first, { done: false, value: { value: 1 } });
  assert.deepEqual(await second, { done: false, value: { value: 2 } });
  assert.deepEqual(await queue.next(), { done: false, value: { value: 3 } });
  assert.equal(queue.dropped, 0);
});

test('queues: an end with an error is told after what waits', async () => {
  const queue = new SignalQueue<{ value: number }>(4, () => {});
  queue.push({ value: 1 });
  queue.end(new Error('gone'));
  queue.push({ value: 2 });
  queue.end(undefined);
  assert.equal((await queue.next()).done, false);
  await assert.rejects(queue.next(), /gone/);
  await assert.rejects(queue.next(), /gone/);
});

test('queues: readers that wait learn of the end', async () => {
  const failing = new SignalQueue<object>(4, () => {});
  const waiting = failing.next();
  failing.end(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  const ending = new SignalQueue<object>(4, () => {});
  const last = ending.next();
  ending.end(undefined);
  assert.equal((await last).done, true);
});

test('queues: leaving the loop gives up what waits and tells the owner', async () => {
  let returned = 0;
  const queue = new SignalQueue<{ value: number }>(9, () => returned++);
  for (const each of numbers(1, 2, 3)) queue.push(each);
  for await (const { value } of queue) if (value === 1) break;
  assert.equal(returned, 1);
  assert.deepEqual(await queue.next(), { done: true, value: undefined });
});

test('queues: what was taken makes room, and the order is kept', async () => {
  const queue = new SignalQueue<{ value: number }>(4, () => {});
  const seen: number[] = [];
  for (let value = 0; value < 100; value++) {
    queue.push({ value });
    if (value < 3) continue;
    const { done, value: entry } = await queue.next();
    if (!done) seen.push(entry.value);
  }
  assert.equal(queue.dropped, 0);
  assert.deepEqual(
    seen,
    Array.from({ length: 97 }, (_, index) => index),
  );
});

test('queues: leaving while entries wait gives up those that came last too', async () => {
  const queue = new SignalQueue<{ value: number }>(9, () => {});
  for (const each of numbers(1, 2)) queue.push(each);
  await queue.next();
  for (const each of numbers(3)) queue.push(each);
  assert.deepEqual(await queue.return(), { done: true, value: undefined });
});

test('queues: a million entries through a small queue', async () => {
  const queue = new SignalQueue<{ value: number }>(10, () => {});
  for (let value = 0; value < 1_000_000; value++) queue.push({ value });
  assert.equal(queue.dropped, 999_990);
  assert.deepEqual(await queue.next(), { done: false, value: { value: 999_990 } });
});

test('queues: a limit below one is a mistake', () => {
  assert.throws(() => new SignalQueue(0, () => {}), RangeError);
  assert.throws(() => new SignalQueue(Number.NaN, () => {}), RangeError);
});

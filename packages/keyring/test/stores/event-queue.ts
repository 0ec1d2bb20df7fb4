import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { EventQueue } from '../../src/stores/event-queue.ts';

test('events wait for the reader, in order, and the end comes after them', async () => {
  let ended = 0;
  const queue = new EventQueue<number>(undefined, () => {
    ended += 1;
  });
  queue.push(1);
  queue.push(2);
  queue.end();
  queue.end();
  queue.push(3);
  const seen: number[] = [];
  for await (const event of queue) seen.push(event);
  assert.deepEqual(seen, [1, 2]);
  assert.equal(ended, 1);
});

test('a waiting reader is woken by an event, and by the signal', async () => {
  const controller = new AbortController();
  const queue = new EventQueue<number>(controller.signal, () => {});
  const iterator = queue[Symbol.asyncIterator]();
  const next = iterator.next();
  queue.push(7);
  assert.deepEqual(await next, { value: 7, done: false });
  const last = iterator.next();
  controller.abort();
  assert.equal((await last).done, true);
});

test('a reader that leaves, and a signal that came first, end it', async () => {
  let ended = 0;
  const queue = new EventQueue<number>(undefined, () => {
    ended += 1;
  });
  queue.push(1);
  for await (const _event of queue) break;
  assert.equal(ended, 1);
  const over = new EventQueue<number>(AbortSignal.abort(), () => {
    ended += 1;
  });
  for await (const _event of over) assert.fail('nothing was to come');
  assert.equal(ended, 2);
});

test('of a signal that outlives it nothing is kept', async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    listeners -= 1;
    remove(...args);
  };
  const queue = new EventQueue<number>(signal, () => {});
  assert.deepEqual([listeners, queue.isEnded], [1, false]);
  queue.end();
  assert.deepEqual([listeners, queue.isEnded], [0, true]);
});

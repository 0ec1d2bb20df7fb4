import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { InProcessQueue } from '../src/in-process-queue.ts';

test('callers of one key take turns in the order of their coming', async () => {
  const queue = new InProcessQueue();
  const order: number[] = [];
  await Promise.all(
    [1, 2, 3].map(async (caller) => {
      await queue.enter('k');
      order.push(caller);
      await Promise.resolve();
      order.push(-caller);
      queue.leave('k');
    }),
  );
  assert.deepEqual(order, [1, -1, 2, -2, 3, -3]);
  assert.equal(queue.size, 0, 'nothing is kept');
});

test('keys do not wait for each other', async () => {
  const queue = new InProcessQueue();
  await queue.enter('a');
  await queue.enter('b');
  assert.deepEqual([queue.isHeld('a'), queue.isHeld('b'), queue.isHeld('c')], [true, true, false]);
  queue.leave('a');
  assert.deepEqual([queue.isHeld('a'), queue.size], [false, 1]);
});

test('a signal that is aborted after its turn has come takes nobody out of the row', async () => {
  const queue = new InProcessQueue();
  const stop = new AbortController();
  await queue.enter('k');
  const second = queue.enter('k', stop.signal);
  const third = queue.enter('k');
  queue.leave('k');
  await second;
  stop.abort();
  queue.leave('k');
  await third;
});

test('who gives up before its turn is out of the row at once', async () => {
  const queue = new InProcessQueue();
  const stop = new AbortController();
  await queue.enter('k');
  const given = queue.enter('k', stop.signal);
  const next = queue.enter('k', new AbortController().signal);
  stop.abort(new Error('enough'));
  await assert.rejects(given, { message: 'enough' });
  await assert.rejects(queue.enter('other', stop.signal), { message: 'enough' });
  queue.leave('k');
  await next;
  queue.leave('k');
  assert.equal(queue.size, 0, 'nothing is kept');
});

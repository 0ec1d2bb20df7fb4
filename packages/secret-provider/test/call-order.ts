import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CallOrder } from '../src/call-order.ts';

test('calls of one connection run in order, also after one that failed', async () => {
  const order = new CallOrder();
  const log: string[] = [];
  let release: () => void = () => {};
  const first = order.run('a', async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    log.push('first');
    throw new Error('failed');
  });
  const second = order.run('a', async () => log.push('second'));
  await order.run('b', async () => log.push('other connection'));
  release();
  await assert.rejects(first, /failed/u);
  await second;
  assert.deepEqual(log, ['other connection', 'first', 'second']);
});

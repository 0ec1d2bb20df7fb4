import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { nextTurn, systemDelay } from '../../src/io/system-delay.ts';

test('a delay ends by itself, or is broken off', async () => {
  const controller = new AbortController();
  await systemDelay(1, controller.signal);
  const long = systemDelay(600_000, controller.signal);
  controller.abort();
  await assert.rejects(long, { name: 'AbortError' });
});

test('the next turn comes after what is ready now', async () => {
  const order: string[] = [];
  const turn = nextTurn().then(() => order.push('turn'));
  await Promise.resolve().then(() => order.push('ready'));
  await turn;
  assert.deepEqual(order, ['ready', 'turn']);
});

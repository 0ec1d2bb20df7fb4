import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { systemClock } from '../../src/io/clock.ts';

test('time does not go back', () => {
  const before = systemClock.now();
  assert.ok(systemClock.now() >= before);
});

test('a timer calls back once, and a stopped one never', async () => {
  const called: string[] = [];
  const stop = systemClock.after(0, () => called.push('stopped'));
  stop();
  await new Promise<void>((resolve) => {
    systemClock.after(1, () => {
      called.push('timer');
      resolve();
    });
  });
  await new Promise<void>((resolve) => {
    systemClock.soon(() => {
      called.push('soon');
      resolve();
    });
  });
  assert.deepEqual(called, ['timer', 'soon']);
});

test('a wait without end is one', () => {
  const stop = systemClock.after(Number.POSITIVE_INFINITY, () => assert.fail('called back'));
  stop();
});

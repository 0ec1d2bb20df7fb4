import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { systemClock } from '../../src/io/clock.ts';

test('clock: grows, calls back, and can be told not to', async () => {
  const before = systemClock.now();
  const log: string[] = [];
  const cancel = systemClock.schedule(1, () => log.push('cancelled'));
  cancel();
  // The clock's own timers keep no process alive: this one does.
  const alive = setInterval(() => {}, 1_000);
  await new Promise<void>((resolve) => systemClock.schedule(2, resolve));
  clearInterval(alive);
  assert.deepEqual(log, []);
  assert.ok(systemClock.now() > before);
});

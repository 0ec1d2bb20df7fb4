import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { systemClock } from '../../src/io/clock.ts';

test('clock: grows, calls back, and can be told not to', async () => {
  const earlier = process.hrtime.bigint();
  const before = systemClock.now();
  // In milliseconds.
  assert.ok(Number(earlier) / 1e6 <= before && before <= Number(process.hrtime.bigint()) / 1e6);
  const log: string[] = [];
  const cancel = systemClock.schedule(1, () => log.push('cancelled'));
  cancel();
  // The clock's own timers keep no process alive: this one does.
  const alive = setInterval(() => {}, 1_000);
  await new Promise<void>((resolve) => systemClock.schedule(2, resolve));
  for (const never of [2 ** 31, Number.POSITIVE_INFINITY]) {
    systemClock.schedule(never, () => log.push('never'))();
    systemClock.schedule(never, () => log.push('never'));
  }
  // A timer that cannot count so far would have fired before this one.
  await new Promise<void>((resolve) => systemClock.schedule(20, resolve));
  clearInterval(alive);
  assert.deepEqual(log, []);
  assert.ok(systemClock.now() > before);
});

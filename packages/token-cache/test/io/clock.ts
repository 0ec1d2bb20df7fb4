/** The clocks of this machine. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { deadline, readBootId, systemClock } from '../../src/io/clock.ts';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

test('a moment has the time, and where there is one the start it counts from', () => {
  const moment = systemClock.moment();
  assert.ok(Math.abs(moment.nowMs - Date.now()) < 60_000);
  assert.ok((moment.uptimeMs ?? 0) > 0);
  assert.ok(Math.abs((moment.uptimeMs ?? 0) - uptime() * 1000) < 60_000, 'in milliseconds');
  const expected = existsSync(BOOT_ID) ? readFileSync(BOOT_ID, 'latin1').trim() : undefined;
  assert.equal(moment.bootId, expected);
});

// @rule token/no-boot-no-uptime
test('a system without a start id has none, nor one whose id is hidden', () => {
  assert.equal(readBootId('/nonexistent/boot_id'), undefined);
  assert.equal(readBootId('/dev/null'), undefined);
});

// @rule token/long-deadlines
test('a deadline fires in its time, and one that no timer can count never does', async () => {
  const soon = deadline(1);
  await new Promise((resolve) => soon.signal.addEventListener('abort', resolve));
  for (const ms of [Number.POSITIVE_INFINITY, 2 ** 31]) {
    const never = deadline(ms);
    // A timer that cannot count so far would have fired before this one.
    const later = deadline(20);
    await new Promise((resolve) => later.signal.addEventListener('abort', resolve));
    assert.equal(never.signal.aborted, false);
    never.cancel();
  }
});

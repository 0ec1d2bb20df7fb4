import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Turns } from '../../src/backends/turns.ts';
import { failsWith } from '../support/failing.ts';

test('work of one name does not overlap, also after a failure; other names go on', async () => {
  const turns = new Turns();
  const log: string[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = turns.take('a', async () => {
    log.push('a1 begins');
    await held;
    log.push('a1 ends');
    throw new Error('no');
  });
  const second = turns.take('a', async () => {
    log.push('a2');
    return 2;
  });
  await turns.take('b', async () => log.push('b'));
  release();
  await assert.rejects(first, /no/);
  assert.equal(await second, 2);
  assert.deepEqual(log, ['a1 begins', 'b', 'a1 ends', 'a2']);
});

// @rule keyring/turn-not-begun
test('a signal ends the waiting; whoever comes next waits on', async () => {
  const turns = new Turns();
  const log: string[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = turns.take('a', () => held);
  const stop = new AbortController();
  const given = turns.take('a', async () => log.push('given up'), stop.signal);
  const third = turns.take('a', async () => log.push('third'));
  stop.abort('enough');
  await failsWith('aborted', given);
  assert.equal(log.length, 0);
  const fourth = turns.take('a', async () => log.push('fourth'));
  release();
  await Promise.all([first, third, fourth]);
  assert.deepEqual(log, ['third', 'fourth']);
  await failsWith(
    'aborted',
    turns.take('a', async () => log.push('late'), stop.signal),
  );
  // Work that has begun is its own.
  const later = new AbortController();
  const begun = turns.take(
    'a',
    async () => {
      later.abort();
      return 'done';
    },
    later.signal,
  );
  assert.equal(await begun, 'done');
});

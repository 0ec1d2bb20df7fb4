import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CallOrder } from '../../src/service/call-order.ts';

test('calls of one connection run in order, also after one that failed', async () => {
  const order = new CallOrder(async () => {});
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

// @rule provider/callers-take-turns
test('who sends many gets one answer in a turn; others do not wait for all of them', async () => {
  const turns: (() => void)[] = [];
  const order = new CallOrder(() => new Promise((resolve) => turns.push(resolve)));
  const seen: string[] = [];
  const answer = (name: string) => async () => void seen.push(name);
  const flood = [1, 2, 3].map((number) => order.run(':1.1', answer(`flood ${number}`)));
  const other = order.run(':1.2', answer('other'));
  await Promise.all([flood[0], other]);
  assert.deepEqual(seen, ['flood 1', 'other']);
  for (const expected of [3, 4]) {
    while (turns.length === 0) await Promise.resolve();
    turns.shift()?.();
    await flood[expected - 2];
    assert.equal(seen.length, expected);
  }
});

// @rule provider/waiting-calls-bounded
test('what was answered no longer counts, however long a connection goes on', async () => {
  const order = new CallOrder(async () => {});
  const answer = async (): Promise<void> => {};
  let last = order.run(':1.1', answer, 2 ** 26);
  for (let call = 0; call < 8; call += 1) {
    const next = order.run(':1.1', answer, 2 ** 26);
    await last;
    last = next;
  }
  await last;
  // One that fills it to the brim is taken, one byte more is not.
  const [first, second] = [order.run(':1.1', answer, 2 ** 26), order.run(':1.1', answer, 2 ** 26)];
  const third = order.run(':1.1', answer, 1);
  await assert.rejects(third, { kind: 'limits-exceeded' });
  await Promise.all([first, second]);
});

// @rule provider/waiting-calls-bounded
test('what waits for one connection is bounded in number and in size; its end is never refused', async () => {
  const order = new CallOrder(async () => {});
  const log: string[] = [];
  let release: () => void = () => {};
  const first = order.run(':1.1', () => new Promise<void>((resolve) => (release = resolve)), 1);
  const refused = { name: 'Refusal', kind: 'limits-exceeded' };
  const answer = async (): Promise<void> => {};
  await assert.rejects(order.run(':1.1', answer, 2 ** 27), refused);
  const waiting = Array.from({ length: 16_383 }, () => order.run(':1.1', answer, 10));
  await assert.rejects(order.run(':1.1', answer, 10), refused);
  await order.run(':1.2', async () => log.push('other connection'), 2 ** 28);
  const end = order.run(':1.1', async () => log.push('end'));
  release();
  await Promise.all([first, ...waiting, end]);
  await order.run(':1.1', async () => log.push('as before'), 2 ** 28);
  assert.deepEqual(log, ['other connection', 'end', 'as before']);
});

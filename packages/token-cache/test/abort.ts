/** Signals of callers. */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { abortedAt, anySignal, throwIfAborted, untilAborted } from '../src/abort.ts';

const failing = abortedAt('/x');

test('a signal that has fired is told with its reason and the place', () => {
  throwIfAborted('/x', undefined);
  throwIfAborted('/x', new AbortController().signal);
  assert.throws(() => throwIfAborted('/x', AbortSignal.abort('enough')), {
    name: 'PersistenceError',
    code: 'aborted',
    location: '/x',
    cause: 'enough',
  });
});

test('whoever gives up waiting is told so, and the rest of it is nobody’s', async () => {
  const { signal } = new AbortController();
  assert.equal(await untilAborted(Promise.resolve('done'), undefined, failing), 'done');
  assert.equal(await untilAborted(Promise.resolve('done'), signal, failing), 'done');
  await assert.rejects(untilAborted(Promise.reject(new Error('no')), signal, failing), {
    message: 'no',
  });
  const stop = new AbortController();
  let fail = (_error: Error): void => {};
  const pending = new Promise((_resolve, reject) => (fail = reject));
  const waiting = untilAborted(pending, stop.signal, failing);
  stop.abort();
  await assert.rejects(waiting, { code: 'aborted' });
  await assert.rejects(untilAborted(pending, stop.signal, failing), { code: 'aborted' });
  fail(new Error('late'));
});

test('of two signals the first that fires counts', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  assert.equal(anySignal(undefined, undefined), undefined);
  assert.equal(anySignal(one.signal, undefined), one.signal);
  assert.equal(anySignal(undefined, other.signal), other.signal);
  const both = anySignal(one.signal, other.signal);
  other.abort('enough');
  assert.deepEqual([both?.aborted, both?.reason], [true, 'enough']);
});

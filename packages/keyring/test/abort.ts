import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { throwIfAborted, untilAborted } from '../src/abort.ts';
import { failsWith } from './support/failing.ts';

test('what has been aborted already is told with its reason', async () => {
  throwIfAborted(undefined, 'x');
  throwIfAborted(new AbortController().signal, 'x');
  const error = await failsWith('aborted', () => throwIfAborted(AbortSignal.abort('why'), 'x'));
  assert.equal(error.cause, 'why');
});

test('waiting ends with the promise or with the signal, whichever is first', async () => {
  const { signal } = new AbortController();
  assert.equal(await untilAborted(Promise.resolve(1), undefined, 'x'), 1);
  assert.equal(await untilAborted(Promise.resolve(2), signal, 'x'), 2);
  const controller = new AbortController();
  const waiting = untilAborted(new Promise(() => {}), controller.signal, 'x');
  controller.abort('later');
  assert.equal((await failsWith('aborted', waiting)).cause, 'later');
  await failsWith('aborted', untilAborted(Promise.resolve(3), AbortSignal.abort(), 'x'));
  // What nobody waits for any more is no unhandled rejection, neither way.
  const failure = Promise.reject(new Error('nobody waits'));
  await failsWith('aborted', untilAborted(failure, AbortSignal.abort(), 'x'));
  let fail = (_error: Error): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const second = new AbortController();
  const left = untilAborted(late, second.signal, 'x');
  second.abort();
  await failsWith('aborted', left);
  fail(new Error('nobody waits'));
  await new Promise((resolve) => setImmediate(resolve));
});

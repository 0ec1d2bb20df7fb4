import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { checkSignal, onAbort } from '../src/abort-listeners.ts';

/** Counts the listeners of a signal. */
function counting(signal: AbortSignal): () => number {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count--;
    removeEventListener.apply(signal, args);
  };
  return () => count;
}

test('abort: many wait on one listener, and none is left behind', () => {
  const controller = new AbortController();
  const listeners = counting(controller.signal);
  const told: number[] = [];
  const giveUps = Array.from({ length: 50 }, (_, n) =>
    onAbort(controller.signal, () => told.push(n)),
  );
  assert.equal(listeners(), 1);
  for (const giveUp of giveUps) giveUp();
  giveUps[0]?.();
  assert.equal(listeners(), 0);
  const giveUp = onAbort(controller.signal, () => told.push(100));
  assert.equal(listeners(), 1);
  controller.abort();
  assert.deepEqual(told, [100]);
  giveUp();
  assert.equal(listeners(), 0);
});

test('abort: all are told, also when some give up meanwhile', () => {
  const controller = new AbortController();
  const told: string[] = [];
  const giveUps = ['a', 'b', 'c'].map((name) =>
    onAbort(controller.signal, () => {
      told.push(name);
      for (const giveUp of giveUps) giveUp();
    }),
  );
  controller.abort();
  assert.deepEqual(told, ['a', 'b', 'c']);
});

test('abort: what is no signal is refused before anything waits', () => {
  checkSignal(undefined);
  checkSignal(new AbortController().signal);
  // @ts-expect-error what a caller without a compiler may pass
  checkSignal(null);
  for (const wrong of [{}, 5, 'x', 0, '', false, Number.NaN]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => checkSignal(wrong), TypeError);
  }
});

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { untilAborted } from '../src/abort.ts';
import { failsWith } from './support/failing.ts';

test('without a signal, and before it fires, the promise decides', async () => {
  const { signal } = new AbortController();
  assert.equal(await untilAborted(Promise.resolve(1), undefined, 's'), 1);
  assert.equal(await untilAborted(Promise.resolve(2), signal, 's'), 2);
  const error = new Error('x');
  await assert.rejects(untilAborted(Promise.reject(error), signal, 's'), error);
});

test('a signal ends the waiting, with its reason', async () => {
  const controller = new AbortController();
  const waiting = failsWith('aborted', untilAborted(new Promise(() => {}), controller.signal, 's'));
  controller.abort('why');
  assert.equal((await waiting).cause, 'why');
  await failsWith('aborted', untilAborted(Promise.resolve(1), controller.signal, 's'));
});

test('many waits on one signal share one listener', async () => {
  const controller = new AbortController();
  let added = 0;
  const { addEventListener } = controller.signal;
  controller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    added += 1;
    addEventListener.apply(controller.signal, args);
  };
  const waits = Array.from({ length: 50 }, () =>
    failsWith('aborted', untilAborted(new Promise(() => {}), controller.signal, 's')),
  );
  assert.equal(added, 1);
  controller.abort();
  await Promise.all(waits);
});

test('what fails after nobody waits for it any more is no unhandled rejection', async () => {
  const seen: unknown[] = [];
  const note = (reason: unknown): void => void seen.push(reason);
  process.on('unhandledRejection', note);
  const failing = Promise.reject(new Error('x'));
  await failsWith('aborted', untilAborted(failing, AbortSignal.abort(), 's'));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  assert.deepEqual(seen, []);
});

test('a signal that is none is refused', async () => {
  for (const signal of [5, null, { aborted: false }]) {
    const waiting = Reflect.apply(untilAborted, undefined, [Promise.resolve(1), signal, 's']);
    await failsWith('invalid-argument', waiting);
  }
});

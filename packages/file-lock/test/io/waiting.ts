import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { countingController } from '../../../../test-fixtures/src/counting-controller.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { startDeadline, type WatchFolder, watchFile } from '../../src/io/waiting.ts';

const never = new AbortController().signal;
/** Longer than any test may take: only an event ends it sooner. */
const LONG_MS = 600_000;

test('a deadline expires by time', async () => {
  const deadline = startDeadline(1, undefined);
  await aborted(deadline.signal);
  assert.equal(deadline.hasExpired, true);
});

test('a deadline ends by the signal, with its reason', async () => {
  const controller = new AbortController();
  const deadline = startDeadline(LONG_MS, controller.signal);
  controller.abort('reason');
  assert.equal(deadline.signal.aborted, true);
  assert.equal(deadline.signal.reason, 'reason');
  assert.equal(deadline.hasExpired, false);
  deadline.clear();
});

test('a deadline that was cleared listens no more', () => {
  const controller = new AbortController();
  const deadline = startDeadline(Number.POSITIVE_INFINITY, controller.signal);
  deadline.clear();
  controller.abort();
  assert.equal(deadline.signal.aborted, false);
});

test('a deadline can be made to expire, and without a time nothing else does it', () => {
  const { setTimeout: original } = globalThis;
  let timers = 0;
  const counting = (callback: () => void, delayMs?: number): NodeJS.Timeout => {
    timers += 1;
    return original(callback, delayMs);
  };
  globalThis.setTimeout = Object.assign(counting, { __promisify__: original.__promisify__ });
  try {
    for (const timeoutMs of [0, Number.POSITIVE_INFINITY]) {
      const deadline = startDeadline(timeoutMs, undefined);
      assert.equal(deadline.hasExpired, false);
      deadline.expire();
      assert.deepEqual([deadline.hasExpired, deadline.signal.aborted], [true, true]);
    }
    assert.equal(timers, 0);
  } finally {
    globalThis.setTimeout = original;
  }
});

test('a change of the file wakes the waiter, and one before the call counts', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keywire-wait-'));
  const watcher = watchFile(path.join(folder, 'lock'));
  try {
    const waiting = watcher.changed(LONG_MS, never);
    await writeFile(path.join(folder, 'lock'), '');
    await waiting;
  } finally {
    watcher.close();
    await rm(folder, { recursive: true });
  }
});

test('only changes of the file itself, or of none that is named, count', async () => {
  const { watchFolder, change } = fakeWatch();
  const watcher = watchFile('/folder/lock', watchFolder);
  const wakes: string[] = [];
  const waiting = watcher.changed(LONG_MS, never).then(() => wakes.push('first'));
  change('other');
  await turn();
  assert.deepEqual(wakes, []);
  change('lock');
  await waiting;
  change(null);
  await watcher.changed(LONG_MS, never);
  assert.deepEqual(wakes, ['first']);
});

test('the delay and the stop signal wake too', async () => {
  const { watchFolder } = fakeWatch();
  const watcher = watchFile('/folder/lock', watchFolder);
  await watcher.changed(1, never);
  const controller = new AbortController();
  const waiting = watcher.changed(LONG_MS, controller.signal);
  controller.abort();
  await waiting;
  await watcher.changed(LONG_MS, controller.signal);
});

test('who waits sleeps until there is a change, and again after it, and leaves nothing on the signal', async () => {
  const { watchFolder, change } = fakeWatch();
  const watcher = watchFile('/folder/lock', watchFolder);
  const stop = countingController();
  let wakes = 0;
  const wait = (): Promise<void> => watcher.changed(LONG_MS, stop.signal).then(() => void wakes++);
  const first = wait();
  await timersHaveFired();
  assert.equal(wakes, 0);
  change('lock');
  await first;
  change('lock');
  await wait();
  assert.deepEqual([wakes, stop.listeners()], [2, 0]);
  const last = wait();
  await timersHaveFired();
  assert.equal(wakes, 2);
  stop.abort();
  await last;
});

test('without a watch the delay remains', async () => {
  const refusing: WatchFolder = () => {
    throw Object.assign(new Error('no inotify instances left'), { code: 'EMFILE' });
  };
  const watcher = watchFile('/folder/lock', refusing);
  await watcher.changed(1, never);
  watcher.close();
});

test('a watch that fails is closed and the delay remains', async () => {
  const { watchFolder, emitter, closed } = fakeWatch();
  const watcher = watchFile('/folder/lock', watchFolder);
  emitter.emit('error', new Error('gone'));
  assert.equal(closed.count, 1);
  await watcher.changed(1, never);
  watcher.close();
  assert.equal(closed.count, 2);
});

function fakeWatch(): {
  watchFolder: WatchFolder;
  change: (name: string | null) => void;
  emitter: EventEmitter;
  closed: { count: number };
} {
  const emitter = new EventEmitter();
  const closed = { count: 0 };
  const close = (): void => {
    closed.count += 1;
  };
  const watchFolder: WatchFolder = (folder, listener) => {
    assert.equal(folder, '/folder');
    emitter.on('change', (name: string | null) => listener('rename', name));
    return Object.assign(emitter, { close });
  };
  return { watchFolder, change: (name) => emitter.emit('change', name), emitter, closed };
}

/** Timers that are due at once have fired by then. */
function timersHaveFired(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => setTimeout(resolve, 5), 5);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

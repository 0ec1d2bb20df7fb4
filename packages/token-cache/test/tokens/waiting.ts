/** Waiting for a lock or for what its holder brings about. */
import assert from 'node:assert/strict';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CrossProcessLock } from '@keywire/file-lock';
import { countingController } from '../../../../test-fixtures/src/counting-controller.ts';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { lockOrOutcome } from '../../src/tokens/waiting.ts';

async function withPaths(work: (lock: string, location: string) => Promise<void>): Promise<void> {
  await inFolder((folder) => work(join(folder, 'lock'), join(folder, 'cache')));
}

test('a free lock is given at once, without a look', async () => {
  await withPaths(async (path, location) => {
    const won = await lockOrOutcome(path, location, 1000, async () => assert.fail('looked'));
    assert.ok(won instanceof CrossProcessLock);
    await won.release();
  });
});

test('the outcome is given when the file changes, while the lock stays held', async () => {
  await withPaths(async (path, location) => {
    await using held = await CrossProcessLock.acquire(path);
    let outcome: string | undefined;
    let looks = 0;
    const waiting = lockOrOutcome(path, location, 60_000, async () => {
      looks += 1;
      if (looks === 1) {
        outcome = 'done';
        writeFileSync(location, 'changed');
        return undefined;
      }
      return outcome;
    });
    assert.equal(await waiting, 'done');
    await held.assertHeld();
  });
});

test('the lock is given when it comes first', async () => {
  await withPaths(async (path, location) => {
    const held = await CrossProcessLock.acquire(path);
    const waiting = lockOrOutcome(path, location, 60_000, async () => undefined);
    await held.release();
    const won = await waiting;
    assert.ok(won instanceof CrossProcessLock);
    await won.release();
  });
});

test('the lock is waited for also longer than a timer can count', async () => {
  await withPaths(async (path, location) => {
    const held = await CrossProcessLock.acquire(path);
    const waiting = lockOrOutcome(path, location, 2 ** 31, async () => undefined);
    await held.release();
    const won = await waiting;
    assert.ok(won instanceof CrossProcessLock);
    await won.release();
  });
});

test('when both come at once the lock is not kept', async () => {
  await withPaths(async (path, location) => {
    const held = await CrossProcessLock.acquire(path);
    const waiting = lockOrOutcome(path, location, 60_000, async () => {
      await held.release();
      return 'done';
    });
    const won = await waiting;
    if (won instanceof CrossProcessLock) await won.release();
    await (await CrossProcessLock.acquire(path, { timeoutMs: 0 })).release();
  });
});

test('a lock that comes right after the outcome is given back', async () => {
  await withPaths(async (path, location) => {
    const held = await CrossProcessLock.acquire(path);
    let isOver = false;
    const outcome = await lockOrOutcome(path, location, 60_000, async () => {
      await held.release();
      // It is taken, and its taker does not know yet; or knew before this could see it.
      while (!isOver && !existsSync(path)) await setImmediate();
      return 'done';
    });
    isOver = true;
    if (outcome instanceof CrossProcessLock) await outcome.release();
    await (await CrossProcessLock.acquire(path, { timeoutMs: 0 })).release();
  });
});

test('what is no lock is told at once, without a look', async () => {
  await withPaths(async (path, location) => {
    symlinkSync('elsewhere', path);
    const waiting = lockOrOutcome(path, location, 60_000, async () => assert.fail('looked'));
    await assert.rejects(waiting, { name: 'LockError', code: 'symbolic-link' });
  });
});

test('a signal ends the waiting that is under way, and is let go of', async () => {
  await withPaths(async (path, location) => {
    await using _held = await CrossProcessLock.acquire(path);
    const { signal, abort, listeners } = countingController();
    const look = async (): Promise<undefined> => {
      abort(new Error('enough'));
      return undefined;
    };
    const waiting = lockOrOutcome(path, location, 60_000, look, signal);
    await assert.rejects(waiting, { name: 'TokenStoreError', code: 'aborted' });
    assert.equal(listeners(), 0);
  });
});

test('neither in time is a timeout, and a look that fails is told', async () => {
  await withPaths(async (path, location) => {
    await using _held = await CrossProcessLock.acquire(path);
    const silent = lockOrOutcome(path, location, 50, async () => undefined);
    await assert.rejects(silent, { name: 'LockError', code: 'timeout' });
    const failing = lockOrOutcome(path, location, 60_000, () => Promise.reject(new Error('look')));
    await assert.rejects(failing, { message: 'look' });
  });
});

// @rule token/look-ends
test('a look that does not end holds up neither the lock nor the time', async () => {
  await withPaths(async (path, location) => {
    const held = await CrossProcessLock.acquire(path);
    const signals: AbortSignal[] = [];
    const endless = (givenUp: AbortSignal): Promise<undefined> => {
      signals.push(givenUp);
      return new Promise(() => undefined);
    };
    const late = lockOrOutcome(path, location, 50, endless);
    await assert.rejects(late, { name: 'LockError', code: 'timeout' });
    const waiting = lockOrOutcome(path, location, 60_000, endless);
    await held.release();
    const won = await waiting;
    assert.ok(won instanceof CrossProcessLock);
    await won.release();
    // Who has the lock asks for the same: a question on the screen is not taken away for that.
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    );
  });
});

test('a signal ends the waiting, and nothing is kept', async () => {
  await withPaths(async (path, location) => {
    const held = await CrossProcessLock.acquire(path);
    const stop = new AbortController();
    const waiting = lockOrOutcome(path, location, 60_000, async () => undefined, stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, { name: 'TokenStoreError', code: 'aborted' });
    const late = lockOrOutcome(path, location, 60_000, async () => undefined, stop.signal);
    await assert.rejects(late, { code: 'aborted' });
    await held.release();
    await (await CrossProcessLock.acquire(path, { timeoutMs: 0 })).release();
  });
});

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CrossProcessLock } from '../src/cross-process-lock.ts';
import { type LockSystem, lockSystem } from '../src/io/lock-system.ts';

/** A machine that fails at one step for as long as it is told to, and whose pauses a test ends. */
class FailingSystem {
  fails: 'read' | 'remove' | undefined;
  readonly pauses: number[] = [];
  readonly #paused = new EventEmitter();
  readonly system: LockSystem = {
    ...lockSystem,
    pause: (delayMs) => {
      this.pauses.push(delayMs);
      const ended = once(this.#paused, 'ended');
      this.#paused.emit('began');
      return ended.then(() => undefined);
    },
    files: {
      ...lockSystem.files,
      read: (file) => this.#unlessFailing('read', () => lockSystem.files.read(file)),
      remove: (file) => this.#unlessFailing('remove', () => lockSystem.files.remove(file)),
    },
  };

  /** Ends a pause, and waits for the next one. */
  async again(): Promise<void> {
    const next = once(this.#paused, 'began');
    this.end();
    await next;
  }

  end(): void {
    this.#paused.emit('ended');
  }

  async #unlessFailing<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
    if (this.fails !== step) return work();
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  }
}

// @rule lock/given-back-later
test('a lock that cannot be given back at the moment is given back later', async () => {
  for (const step of ['read', 'remove'] as const) {
    await inFolder(async (folder) => {
      const file = join(folder, 'lock');
      const failing = new FailingSystem();
      const lock = await CrossProcessLock.acquire(file, {}, failing.system);
      failing.fails = step;
      await assert.rejects(lock.release(), { name: 'LockError', code: 'io-failed' });
      for (let pause = 1; pause < 12; pause += 1) await failing.again();
      assert.deepEqual(failing.pauses.slice(0, 4), [100, 200, 400, 800]);
      assert.deepEqual(failing.pauses.slice(-4), [25_600, 30_000, 30_000, 30_000]);
      assert.ok(existsSync(file));
      const next = CrossProcessLock.acquire(file, { timeoutMs: Number.POSITIVE_INFINITY });
      failing.fails = undefined;
      failing.end();
      await (await next).release();
      assert.equal(failing.pauses.length, 12, 'it ends then');
    });
  }
});

// @rule lock/given-back-later
test('what lies there by then and is not ours is left alone', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'lock');
    const failing = new FailingSystem();
    const lock = await CrossProcessLock.acquire(file, {}, failing.system);
    failing.fails = 'remove';
    await assert.rejects(lock.release(), { code: 'io-failed' });
    writeFileSync(file, '12345 python');
    const read = failing.system.files.read;
    const looked = new Promise((resolve) => {
      Object.assign(failing.system.files, {
        read: (name: string) => {
          const seen = read(name);
          seen.then(resolve);
          return seen;
        },
      });
    });
    failing.fails = undefined;
    failing.end();
    await looked;
    await assert.rejects(CrossProcessLock.acquire(file, { timeoutMs: 0 }), { code: 'timeout' });
    assert.equal(failing.pauses.length, 1);
  });
});

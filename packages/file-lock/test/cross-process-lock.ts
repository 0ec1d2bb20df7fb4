import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CrossProcessLock } from '../src/cross-process-lock.ts';
import type { LockError } from '../src/errors.ts';
import { type LockSystem, lockSystem } from '../src/io/lock-system.ts';
import { processIdentity } from '../src/io/process-identity.ts';
import { formatOwner, parseOwner } from '../src/owner-record.ts';

const OTHER_NONCE = 'f'.repeat(32);

test('the lock file names its owner while it is held, and is all there is', async () => {
  await inFolder(async (file) => {
    const lock = await CrossProcessLock.acquire(file);
    assert.equal(lock.path, file);
    assert.equal(parseOwner(await readFile(file, 'utf8'))?.pid, process.pid);
    assert.deepEqual(await readdir(path.dirname(file)), ['lock']);
    await lock.assertHeld();
    await lock.release();
    assert.deepEqual(await readdir(path.dirname(file)), []);
  });
});

test('releasing twice is releasing once, and then it is held no more', async () => {
  await inFolder(async (file) => {
    const lock = await CrossProcessLock.acquire(file);
    const released = lock.release();
    assert.equal(lock.release(), released);
    await assert.rejects(lock.assertHeld(), { code: 'lock-lost' });
    await released;
    await lock[Symbol.asyncDispose]();
    const next = await CrossProcessLock.acquire(file);
    await lock.release();
    await next.assertHeld();
    await assert.rejects(lock.assertHeld(), { code: 'lock-lost' });
    await next.release();
  });
});

test('the callback form releases, whatever the callback does', async () => {
  await inFolder(async (file) => {
    const result = await CrossProcessLock.run(file, async (lock) => {
      await lock.assertHeld();
      return 5;
    });
    assert.equal(result, 5);
    const fault = new Error('fault');
    await assert.rejects(
      CrossProcessLock.run(file, () => Promise.reject(fault)),
      fault,
    );
    assert.deepEqual(await readdir(path.dirname(file)), []);
  });
});

test('of two failures the callback form tells the one under the lock', async () => {
  await inFolder(async (file) => {
    const running = CrossProcessLock.run(file, async () => {
      await unlink(file);
      throw new Error('under the lock');
    });
    await assert.rejects(running, /under the lock/u);
    await assert.rejects(
      CrossProcessLock.run(file, () => unlink(file)),
      { code: 'lock-lost' },
    );
    await CrossProcessLock.run(file, () => undefined);
  });
});

test('callers of one process take turns, by whatever name they call the file', async () => {
  await inFolder(async (file) => {
    const folder = path.dirname(file);
    const names = [file, `${folder}/./lock`, `${folder}/../${path.basename(folder)}/lock`];
    let inside = 0;
    let turns = 0;
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        CrossProcessLock.run(names[index % 3] ?? file, async () => {
          inside += 1;
          assert.equal(inside, 1);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          turns += 1;
        }),
      ),
    );
    assert.equal(turns, 30);
  });
});

test('a free lock is taken at the first try, a held one is not waited for', async () => {
  await inFolder(async (file) => {
    const lock = await CrossProcessLock.acquire(file, { timeoutMs: 0 });
    await assert.rejects(CrossProcessLock.acquire(file, { timeoutMs: 0 }), {
      code: 'timeout',
      message: `lock ${file}: expected to get it within 0 ms, got another caller here before it`,
    });
    await lock.release();
    await writeFile(file, await livingRecord());
    await assert.rejects(CrossProcessLock.acquire(file, { timeoutMs: 0 }), { code: 'timeout' });
  });
});

test('a timeout behind a caller of this process names its holder and age as well', async () => {
  await inFolder(async (file) => {
    const lock = await CrossProcessLock.acquire(file);
    const taken = new Date(Date.now() - 60_000);
    await utimes(file, taken, taken);
    for (const timeoutMs of [0, 20]) {
      const error = await refusal(CrossProcessLock.acquire(file, { timeoutMs }));
      assert.deepEqual(
        [error.code, error.holder?.pid, error.holder?.host],
        ['timeout', process.pid, os.hostname()],
      );
      assert.ok(error.ageMs !== undefined && error.ageMs >= 60_000 && error.ageMs < 6_000_000);
      assert.match(error.message, /got another caller here before it$/u);
    }
    await lock.release();
  });
});

test('a timeout names who holds the lock and for how long', async () => {
  await inFolder(async (file) => {
    await writeFile(file, await livingRecord());
    const taken = new Date(Date.now() - 60_000);
    await utimes(file, taken, taken);
    const error = await refusal(CrossProcessLock.acquire(file, { timeoutMs: 0 }));
    assert.deepEqual([error.code, error.path], ['timeout', file]);
    assert.deepEqual([error.holder?.pid, error.holder?.host], [process.pid, os.hostname()]);
    assert.ok(error.ageMs !== undefined && error.ageMs >= 60_000 && error.ageMs < 6_000_000);
    assert.match(error.message, /within 0 ms, got one that process \d+ on .+ has held for \d+ ms/u);

    await writeFile(file, '12345 az');
    const stranger = await refusal(CrossProcessLock.acquire(file, { timeoutMs: 0 }));
    assert.deepEqual({ ...stranger.holder }, { pid: 12345, program: 'az' });
    await writeFile(file, '');
    const unknown = await refusal(CrossProcessLock.acquire(file, { timeoutMs: 0 }));
    assert.deepEqual(unknown.holder, {});
    assert.match(unknown.message, /an unknown process has held/u);
  });
});

test('waiting ends when the lock is given back', async () => {
  await inFolder(async (file) => {
    await writeFile(file, await livingRecord());
    // No delay ever ends: only the change of the file wakes the waiter.
    const patient: LockSystem = { ...lockSystem, nextDelayMs: () => 2 ** 31 - 1 };
    const looks = { count: 0 };
    const files: LockSystem['files'] = {
      ...lockSystem.files,
      read: (name) => {
        looks.count += 1;
        // Two looks before waiting; then the owner goes.
        if (looks.count === 2) setImmediate(() => void unlink(file));
        return lockSystem.files.read(name);
      },
    };
    const lock = await CrossProcessLock.acquire(
      file,
      { timeoutMs: Number.POSITIVE_INFINITY },
      { ...patient, files },
    );
    await lock.release();
  });
});

test('an abort ends waiting at once, before and during it', async () => {
  await inFolder(async (file) => {
    const reason = new Error('no more');
    const early = await refusal(
      CrossProcessLock.acquire(file, { signal: AbortSignal.abort(reason) }),
    );
    assert.deepEqual([early.code, early.cause], ['aborted', reason]);
    assert.deepEqual(await readdir(path.dirname(file)), []);

    await writeFile(file, await livingRecord());
    const controller = new AbortController();
    const waiting = refusal(CrossProcessLock.acquire(file, { signal: controller.signal }));
    setImmediate(() => controller.abort(reason));
    const late = await waiting;
    assert.deepEqual([late.code, late.cause], ['aborted', reason]);
  });
});

test('who gives up in the queue of this process lets the next one go on', async () => {
  await inFolder(async (file) => {
    const lock = await CrossProcessLock.acquire(file);
    const hasty = CrossProcessLock.acquire(file, { timeoutMs: 1 });
    const patient = CrossProcessLock.acquire(file);
    await assert.rejects(hasty, { code: 'timeout' });
    await lock.release();
    await (await patient).release();
  });
});

test('who is outrun at the last moment tries again at once', async () => {
  await inFolder(async (file) => {
    const links = { count: 0 };
    const outrunOnce: LockSystem['files'] = {
      ...lockSystem.files,
      link(from, to) {
        links.count += 1;
        return links.count === 1 ? Promise.resolve(false) : lockSystem.files.link(from, to);
      },
    };
    const lock = await CrossProcessLock.acquire(
      file,
      { timeoutMs: 0 },
      { ...lockSystem, files: outrunOnce },
    );
    assert.equal(links.count, 2);
    await lock.release();
  });
});

// @rule lock/take-over-dead-only
test("a dead owner's lock is taken over, and its debris is cleared away", async () => {
  await inFolder(async (file) => {
    const folder = path.dirname(file);
    await writeFile(file, await deadRecord());
    await writeFile(`${file}.${OTHER_NONCE}`, await deadRecord('e'.repeat(32)));
    await writeFile(`${file}.${'e'.repeat(32)}.new`, '');
    await writeFile(`${file}.x12-34`, 'x');
    await writeFile(`${file}.backup`, 'not ours');
    const lock = await CrossProcessLock.acquire(file);
    assert.deepEqual(await readdir(folder), ['lock', 'lock.backup']);
    await lock.release();
  });
});

// @rule lock/abandoned-by-age
test('a lock of an owner that nobody can check is taken only after the time allowed', async () => {
  await inFolder(async (file) => {
    const elsewhere = formatOwner({
      ...(await processIdentity()),
      namespaces: 'pid:[1]',
      nonce: OTHER_NONCE,
    });
    for (const text of [elsewhere, '12345 az', '']) {
      await writeFile(file, text);
      const taken = new Date(Date.now() - 60_000);
      await utimes(file, taken, taken);
      for (const options of [{}, { abandonedAfterMs: 120_000 }]) {
        const attempt = CrossProcessLock.acquire(file, { ...options, timeoutMs: 0 });
        await assert.rejects(attempt, { code: 'timeout' });
      }
      const lock = await CrossProcessLock.acquire(file, { abandonedAfterMs: 1000, timeoutMs: 0 });
      await lock.release();
    }
    await writeFile(file, await livingRecord());
    await utimes(file, 0, 0);
    const living = CrossProcessLock.acquire(file, { abandonedAfterMs: 0, timeoutMs: 0 });
    await assert.rejects(living, { code: 'timeout' }, 'a living owner is never too old');
  });
});

// @rule lock/abandoned-by-watching
test('a lock that stays the same for the time allowed is taken, whatever its age says', async () => {
  await inFolder(async (file) => {
    const clock = { ms: 0, looks: 0 };
    const system: LockSystem = {
      ...lockSystem,
      monotonicMs: () => clock.ms,
      nextDelayMs: () => {
        clock.looks += 1;
        clock.ms += 1000;
        // Its owner is at work: the waiting begins anew.
        if (clock.looks === 3) writeFileSync(file, '12345 another');
        return 1;
      },
    };
    await writeFile(file, '12345 az');
    await utimes(file, 0, 0);
    const options = { abandonedAfterWatchingMs: 4000, timeoutMs: 60_000 };
    const lock = await CrossProcessLock.acquire(file, options, system);
    assert.equal(clock.looks, 3 + 5);
    await lock.release();
    await writeFile(file, await livingRecord());
    const living = { abandonedAfterWatchingMs: 0, timeoutMs: 500 };
    await assert.rejects(CrossProcessLock.acquire(file, living), { code: 'timeout' });
  });
});

// @rule lock/only-owner-unlocks
test("a lock that another program overwrote is lost, and the other's is left alone", async () => {
  await inFolder(async (file) => {
    const lock = await CrossProcessLock.acquire(file);
    await writeFile(file, '12345 python');
    await assert.rejects(lock.assertHeld(), { code: 'lock-lost', path: file });
    await assert.rejects(lock.release(), { code: 'lock-lost' });
    assert.equal(await readFile(file, 'utf8'), '12345 python');
    await unlink(file);

    const removed = await CrossProcessLock.acquire(file);
    await unlink(file);
    await assert.rejects(removed.release(), { code: 'lock-lost' });
    await (await CrossProcessLock.acquire(file)).release();
  });
});

test('with await using, a loss is one error with its code, told where it was found', async () => {
  await inFolder(async (file) => {
    const checked = async (): Promise<void> => {
      await using lock = await CrossProcessLock.acquire(file);
      await unlink(file);
      await lock.assertHeld();
    };
    await assert.rejects(checked(), { name: 'LockError', code: 'lock-lost', path: file });
    const unchecked = async (): Promise<void> => {
      await using lock = await CrossProcessLock.acquire(file);
      await unlink(lock.path);
    };
    await assert.rejects(unchecked(), { name: 'LockError', code: 'lock-lost' });
    await (await CrossProcessLock.acquire(file)).release();
  });
});

test('what lies at the path and is no lock is refused', async () => {
  await inFolder(async (file) => {
    await symlink('elsewhere', file);
    await assert.rejects(CrossProcessLock.acquire(file), { code: 'symbolic-link' });
    await unlink(file);
    await mkdir(file);
    await assert.rejects(CrossProcessLock.acquire(file), { code: 'not-a-file' });
  });
});

test('failures of the file system have their cause', async () => {
  await inFolder(async (file) => {
    const error = await refusal(CrossProcessLock.acquire(path.join(file, 'none', 'lock')));
    assert.equal(error.code, 'io-failed');
    assert.match(error.message, /expected its folder to be usable, got ENOENT$/u);
    assert.ok(error.cause instanceof Error);

    const lock = await CrossProcessLock.acquire(file, {}, failingAfterAcquiring());
    await assert.rejects(lock.assertHeld(), { code: 'io-failed', message: /got an error$/u });
    await assert.rejects(lock.release(), { code: 'io-failed' });
    await unlink(file);
    await (await CrossProcessLock.acquire(file)).release();
  });
});

test('a file system that hangs does not outlast the deadline, and is given nothing', async () => {
  await inFolder(async (file) => {
    const gate = { open: (): void => undefined };
    const opened = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    const deadline = lockSystem.startDeadline(Number.POSITIVE_INFINITY, undefined);
    const hanging: LockSystem = {
      ...lockSystem,
      startDeadline: () => deadline,
      files: {
        ...lockSystem.files,
        async read(name) {
          deadline.expire();
          await opened;
          return lockSystem.files.read(name);
        },
      },
    };
    await assert.rejects(CrossProcessLock.acquire(file, { timeoutMs: 1 }, hanging), {
      code: 'timeout',
      message: /got no answer from its folder$/u,
    });
    const next = CrossProcessLock.acquire(file);
    gate.open();
    await (await next).release();
    assert.deepEqual(await readdir(path.dirname(file)), []);
  });
});

test('who gives up is told when nothing of the attempt is left', async () => {
  await inFolder(async (file) => {
    const stop = new AbortController();
    // In the middle of taking it: the lock is won and given back. No patience runs out.
    const stopped: LockSystem = {
      ...lockSystem,
      startDeadline: (_timeoutMs, signal) =>
        lockSystem.startDeadline(Number.POSITIVE_INFINITY, signal),
      files: {
        ...lockSystem.files,
        async link(from, to) {
          stop.abort(new Error('enough'));
          return await lockSystem.files.link(from, to);
        },
      },
    };
    await assert.rejects(CrossProcessLock.acquire(file, { signal: stop.signal }, stopped), {
      code: 'aborted',
    });
    assert.deepEqual(await readdir(path.dirname(file)), []);
    await (await CrossProcessLock.acquire(file, { timeoutMs: 0 })).release();
  });
});

test('misuse is told at once', async () => {
  for (const bad of ['', 'a\0b']) await assert.rejects(CrossProcessLock.acquire(bad), TypeError);
  // @ts-expect-error paths are strings
  await assert.rejects(CrossProcessLock.acquire(5), TypeError);
  // @ts-expect-error what a caller without a compiler may pass
  await assert.rejects(CrossProcessLock.acquire('/l', { signal: {} }), {
    name: 'TypeError',
    message: 'signal: expected an AbortSignal',
  });
  for (const bad of [-1, Number.NaN, 2 ** 31]) {
    await assert.rejects(CrossProcessLock.acquire('/l', { timeoutMs: bad }), {
      name: 'RangeError',
      message: /^timeoutMs: expected milliseconds from 0 to 2147483647/u,
    });
  }
  const longest = { timeoutMs: 2 ** 31 - 1, signal: AbortSignal.abort() };
  await assert.rejects(CrossProcessLock.acquire('/l', longest), { code: 'aborted' });
  // @ts-expect-error what a caller without a compiler may pass
  await assert.rejects(CrossProcessLock.acquire('/l', { timeoutMs: '5' }), RangeError);
  await assert.rejects(
    CrossProcessLock.acquire('/l', { abandonedAfterWatchingMs: -1 }),
    /^RangeError: abandonedAfterWatchingMs: /u,
  );
  await assert.rejects(CrossProcessLock.acquire('/l', { abandonedAfterMs: -1 }), {
    name: 'RangeError',
    message: /^abandonedAfterMs: expected milliseconds from 0 to \d+ or Infinity, got -1$/u,
  });
});

/** Reads fail once the lock has been acquired. */
function failingAfterAcquiring(): LockSystem {
  const reads = { count: 0 };
  return {
    ...lockSystem,
    files: {
      ...lockSystem.files,
      read(file) {
        reads.count += 1;
        if (reads.count > 1) return Promise.reject(new Error('disk on fire'));
        return lockSystem.files.read(file);
      },
    },
  };
}

/** A lock of this very process, as another copy of the package in it would hold it. */
async function livingRecord(): Promise<string> {
  return formatOwner({ ...(await processIdentity()), nonce: OTHER_NONCE });
}

async function deadRecord(nonce: string = OTHER_NONCE): Promise<string> {
  const { pid } = spawnSync('true');
  return formatOwner({ ...(await processIdentity()), pid, nonce });
}

async function refusal(acquiring: Promise<unknown>): Promise<LockError> {
  return acquiring.then(
    () => assert.fail('the lock was acquired'),
    (error) => error,
  );
}

async function inFolder(body: (file: string) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'keywire-lock-')));
  try {
    await body(path.join(folder, 'lock'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

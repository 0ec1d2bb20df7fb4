/**
 * A lock that one caller holds at a time, among the callers of this process and all processes that
 * use the same file. Fair within the process, first come first served as luck has it between them.
 */
import { isLockError, LockError } from './errors.ts';
import { giveBack } from './giving-back.ts';
import { InProcessQueue } from './in-process-queue.ts';
import { type LockSystem, lockSystem } from './io/lock-system.ts';
import type { Deadline } from './io/waiting.ts';
import { checkOptionNames } from './option-names.ts';
import { holderOf } from './owner-record.ts';
import { type Claimant, isHeld, type LockFiles, type Observation, tryAcquire } from './protocol.ts';

/** How long to wait for a lock, and whose to take. */
export interface AcquireOptions {
  /** Milliseconds until `timeout`; 0 tries once, `Infinity` never gives up. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Ends the waiting with `aborted`. */
  readonly signal?: AbortSignal;
  /**
   * After how many milliseconds a lock counts as abandoned whose owner nobody here can check: one
   * taken on another machine or in another container, or by a program that leaves no record. Its
   * owner, if it does live, loses the lock. Default: `Infinity`, which never takes such a lock.
   */
  readonly abandonedAfterMs?: number;
  /**
   * The same, by how long this very call has seen the lock unchanged instead of by the file's age: no
   * jump of the clock makes a lock look old. For locks that every program holds but briefly. Default:
   * `Infinity`.
   */
  readonly abandonedAfterWatchingMs?: number;
}

const OPTION_NAMES: Readonly<Record<keyof AcquireOptions, true>> = {
  timeoutMs: true,
  signal: true,
  abandonedAfterMs: true,
  abandonedAfterWatchingMs: true,
};

const DEFAULT_TIMEOUT_MS = 10_000;
/** How long a file system may take to undo what was under way when the time was up. */
const UNDO_MS = 1_000;
/** Timers count in 32 bits. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const queue = new InProcessQueue();

/** A held lock; see README.md for what it promises. */
export class CrossProcessLock {
  /** The lock file, with the links of its folder resolved. */
  readonly path: string;
  readonly #system: LockSystem;
  readonly #own: Claimant;
  #releasing: Promise<void> | undefined;
  #isLossTold = false;

  private constructor(system: LockSystem, own: Claimant) {
    this.path = own.base;
    this.#system = system;
    this.#own = own;
  }

  /**
   * Waits until the lock at `path` is ours. The file must not exist yet or be a lock; its folder
   * must exist.
   *
   * @param system - the machine, which only tests stand in for.
   * @throws {@link LockError} with code `timeout` or `aborted`; `symbolic-link`, `foreign-owner` or
   * `not-a-file` for what is refused as a lock; `io-failed` when the file system fails.
   * @throws `TypeError` or `RangeError` for a path or an option that is none.
   */
  static async acquire(
    path: string,
    options: AcquireOptions = {},
    system: LockSystem = lockSystem,
  ): Promise<CrossProcessLock> {
    checkOptionNames('options', options, OPTION_NAMES);
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    const abandonedAfterMs = options.abandonedAfterMs ?? Number.POSITIVE_INFINITY;
    const abandonedAfterWatchingMs = options.abandonedAfterWatchingMs ?? Number.POSITIVE_INFINITY;
    requirePath(path);
    requireDuration('timeoutMs', timeoutMs, MAX_TIMEOUT_MS);
    requireDuration('abandonedAfterMs', abandonedAfterMs, Number.MAX_SAFE_INTEGER);
    requireDuration('abandonedAfterWatchingMs', abandonedAfterWatchingMs, Number.MAX_SAFE_INTEGER);
    requireSignal(signal);
    if (signal?.aborted) throw aborted(path, signal.reason);
    const deadline = system.startDeadline(timeoutMs, signal);
    const competition = new Competition(system, path, deadline, {
      triesOnce: timeoutMs === 0,
      abandonedAfterMs,
      abandonedAfterWatchingMs,
    });
    return competition
      .run()
      .then(
        (own) => new CrossProcessLock(system, own),
        (error: unknown) => {
          throw competition.explain(error, timeoutMs);
        },
      )
      .finally(deadline.clear);
  }

  /**
   * Runs `body` while the lock is held, and releases it however that ends.
   *
   * @throws what `body` throws, else {@link LockError} as `acquire` and `release` do.
   */
  static async run<Result>(
    path: string,
    body: (lock: CrossProcessLock) => Result | Promise<Result>,
    options: AcquireOptions = {},
  ): Promise<Result> {
    const lock = await CrossProcessLock.acquire(path, options);
    let result: Result;
    try {
      result = await body(lock);
    } catch (error) {
      // That the lock was lost as well does not say more than what went wrong under it.
      await lock.release().catch(() => undefined);
      throw error;
    }
    await lock.release();
    return result;
  }

  /**
   * Makes sure that the lock is still held: programs that do not know its rules can remove or
   * overwrite the file.
   *
   * @throws {@link LockError} with code `lock-lost` when it is not, or has been released.
   */
  async assertHeld(): Promise<void> {
    if (this.#releasing !== undefined) throw lost(this.path);
    const isStillHeld = await wrapped(this.path, isHeld(this.#system.files, this.#own));
    if (isStillHeld) return;
    this.#isLossTold = true;
    throw lost(this.path);
  }

  /**
   * Gives the lock back. Calling it again returns the same promise.
   *
   * @throws {@link LockError} with code `lock-lost` when the file was no longer ours: what was done
   * under the lock may have happened beside somebody else's doing. It is left alone then. With
   * `io-failed` it is given back as soon as the file system lets it.
   */
  release(): Promise<void> {
    this.#releasing ??= this.#release();
    return this.#releasing;
  }

  /**
   * Gives the lock back at the end of `await using`. A loss that `assertHeld` has told is not told once
   * more: of two errors `await using` makes a third one, whose code is neither's.
   *
   * @throws {@link LockError} as `release` does
   */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.release();
    } catch (error) {
      if (!this.#isLossTold || !isLockError(error) || error.code !== 'lock-lost') throw error;
    }
  }

  async #release(): Promise<void> {
    try {
      const wasHeld = await wrapped(this.path, giveBack(this.#system, this.#own));
      if (!wasHeld) throw lost(this.path);
    } finally {
      queue.leave(this.path);
    }
  }
}

/** One caller's way to the lock: the queue of this process first, then the file. */
class Competition {
  readonly #system: LockSystem;
  readonly #path: string;
  readonly #deadline: Deadline;
  readonly #triesOnce: boolean;
  readonly #files: LockFiles;
  #hasHadTurn = false;
  #lastSeen: Observation | undefined;

  constructor(
    system: LockSystem,
    path: string,
    deadline: Deadline,
    options: { readonly triesOnce: boolean } & Patience,
  ) {
    this.#system = system;
    this.#path = path;
    this.#deadline = deadline;
    this.#triesOnce = options.triesOnce;
    this.#files = withAbandonment(system, options);
  }

  /**
   * Resolves with the claimant that holds the lock; rejects when the deadline comes first, and then
   * nothing of it is left in the folder, unless the file system hangs.
   */
  run(): Promise<Claimant> {
    const { signal } = this.#deadline;
    return new Promise((resolve, reject) => {
      const ended = this.#compete().then(async (own) => {
        if (signal.aborted) await this.#giveUp(own);
        else resolve(own);
      });
      ended.catch(reject);
      signal.addEventListener('abort', () => this.#undo(ended, () => reject(signal.reason)), {
        once: true,
      });
    });
  }

  /** Waits for the end of what is under way, but not for ever. */
  #undo(ended: Promise<void>, done: () => void): void {
    const patience = this.#system.startDeadline(UNDO_MS, undefined);
    ended.then(done, done).finally(patience.clear);
    if (patience.signal.aborted) done();
    else patience.signal.addEventListener('abort', done, { once: true });
  }

  /** Says why `run` rejected. */
  explain(error: unknown, timeoutMs: number): LockError {
    const { signal, hasExpired } = this.#deadline;
    if (!signal.aborted) return asLockError(this.#path, error);
    return hasExpired ? this.#timedOut(timeoutMs) : aborted(this.#path, signal.reason);
  }

  #timedOut(timeoutMs: number): LockError {
    const expected = `expected to get it within ${timeoutMs} ms, got`;
    const seen = this.#lastSeen;
    const holder = seen && holderOf(seen.text);
    const ageMs = seen && Math.max(0, Math.round(this.#system.nowMs() - seen.modifiedMs));
    if (!this.#hasHadTurn) {
      const expectation = `${expected} another caller here before it`;
      return new LockError('timeout', this.#path, expectation, { holder, ageMs });
    }
    if (holder === undefined) {
      return new LockError('timeout', this.#path, `${expected} no answer from its folder`);
    }
    const who = holder.pid === undefined ? 'an unknown process' : `process ${holder.pid}`;
    const where = holder.host === undefined ? '' : ` on ${holder.host}`;
    return new LockError(
      'timeout',
      this.#path,
      `${expected} one that ${who}${where} has held for ${ageMs} ms; if that process is gone, ` +
        'remove the file',
      { holder, ageMs },
    );
  }

  async #compete(): Promise<Claimant> {
    const base = await this.#system.canonicalPath(this.#path);
    if (this.#triesOnce && queue.isHeld(base)) this.#deadline.expire();
    await this.#waitForTurn(base);
    try {
      const own = await this.#system.newClaimant(base);
      await this.#competeForFile(own);
      return own;
    } catch (error) {
      queue.leave(base);
      throw error;
    }
  }

  async #waitForTurn(base: string): Promise<void> {
    try {
      await queue.enter(base, this.#deadline.signal);
      this.#hasHadTurn = true;
    } catch (error) {
      // Never having looked at the file, it could not tell who holds the lock, and for how long.
      if (this.#deadline.hasExpired) this.#lastSeen = await this.#files.read(base);
      throw error;
    }
  }

  async #competeForFile(own: Claimant): Promise<void> {
    const { signal } = this.#deadline;
    let watcher: ReturnType<LockSystem['watchFile']> | undefined;
    try {
      for (;;) {
        signal.throwIfAborted();
        const attempt = await tryAcquire(this.#files, own);
        if (attempt.state === 'acquired') return;
        if (attempt.state === 'outrun') continue;
        this.#lastSeen = attempt.seen;
        if (this.#triesOnce) this.#deadline.expire();
        // The first time it looks again at once: what changed before watching began went unseen.
        if (watcher === undefined) watcher = this.#system.watchFile(own.base);
        else await watcher.changed(this.#system.nextDelayMs(), signal);
      }
    } finally {
      watcher?.close();
    }
  }

  async #giveUp(own: Claimant): Promise<void> {
    try {
      await giveBack(this.#system, own);
    } finally {
      queue.leave(own.base);
    }
  }
}

/** How long a lock must be, or be seen to be, the same to count as abandoned. */
interface Patience {
  readonly abandonedAfterMs: number;
  readonly abandonedAfterWatchingMs: number;
}

/** Lets locks that nobody can judge count as dead from a certain age, or a time of watching, on. */
function withAbandonment(system: LockSystem, patience: Patience): LockFiles {
  const { files } = system;
  const watched = new Map<string, { readonly fileId: string; readonly sinceMs: number }>();
  const watchedMs = (path: string, fileId: string): number => {
    const nowMs = system.monotonicMs();
    const before = watched.get(path);
    if (before?.fileId === fileId) return nowMs - before.sinceMs;
    watched.set(path, { fileId, sinceMs: nowMs });
    return 0;
  };
  return {
    ...files,
    async judge(path, seen) {
      const verdict = await files.judge(path, seen);
      if (verdict !== 'unknown') return verdict;
      // @rule lock/abandoned-by-age keywire#file-lock
      const isOld = system.nowMs() - seen.modifiedMs > patience.abandonedAfterMs;
      // @rule lock/abandoned-by-watching keywire#file-lock
      const isStill = watchedMs(path, seen.fileId) > patience.abandonedAfterWatchingMs;
      return isOld || isStill ? 'dead' : 'unknown';
    },
  };
}

function lost(path: string): LockError {
  return new LockError('lock-lost', path, 'expected to hold it still, got a file of somebody else');
}

function aborted(path: string, reason: unknown): LockError {
  return new LockError('aborted', path, 'expected to get it, but the signal was aborted', {
    cause: reason,
  });
}

async function wrapped<Value>(path: string, action: Promise<Value>): Promise<Value> {
  try {
    return await action;
  } catch (error) {
    throw asLockError(path, error);
  }
}

function asLockError(path: string, error: unknown): LockError {
  if (error instanceof LockError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
  return new LockError('io-failed', path, `expected its folder to be usable, got ${code}`, {
    cause: error,
  });
}

function requirePath(path: string): void {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new TypeError('lock path: expected a non-empty string without NUL');
  }
}

function requireSignal(signal: AbortSignal | undefined): void {
  if (signal && typeof signal.addEventListener !== 'function') {
    throw new TypeError('signal: expected an AbortSignal');
  }
}

function requireDuration(name: string, value: number, max: number): void {
  if (value === Number.POSITIVE_INFINITY) return;
  if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
    throw new RangeError(
      `${name}: expected milliseconds from 0 to ${max} or Infinity, got ${value}`,
    );
  }
}

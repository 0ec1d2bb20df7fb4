/**
 * How a lock is taken, taken over and given back, as a sequence of single steps on files. The steps
 * come from {@link LockFiles}, so that the tests can run this very code in every order that several
 * processes could, with a crash after every step (test/protocol.ts).
 *
 * A lock is held while its file exists. It appears whole, by a hard link to a candidate written
 * beforehand, so that there is never a lock without an owner. Its owner removes it. Only when the
 * owner is certainly dead does somebody else, and then only who holds the *claim* on that very
 * acquisition: a file `<lock>.<nonce of the dead>`, taken and taken over like the lock itself.
 * Two processes that saw the same dead owner cannot both hold its claim, and who gets the claim
 * later looks again and finds another owner: a nonce never comes back once its owner is dead.
 *
 * Files of ours beside the lock: `<lock>.<nonce>.new` (candidate) and `<lock>.<nonce>` (claim).
 */
import type { Verdict } from './liveness.ts';
import { parseOwner } from './owner-record.ts';

/** One look at a lock file. Its text never changes after it has appeared. */
export interface Observation {
  readonly text: string;
  /** Tells files apart that have no nonce: inode and time of modification. */
  readonly fileId: string;
  readonly modifiedMs: number;
}

/** The steps, each atomic towards other processes. */
export interface LockFiles {
  /** Looks at a lock file; `undefined` when there is none. */
  read(path: string): Promise<Observation | undefined>;
  /** Judges the owner of what was seen. */
  judge(path: string, seen: Observation): Promise<Verdict>;
  /** Writes a new file, durable before the promise resolves. */
  write(path: string, text: string): Promise<void>;
  /** Gives `from` a second name; false when `to` exists or `from` has been swept away. */
  link(from: string, to: string): Promise<boolean>;
  /** Removes a file; one that is not there is as good as removed. */
  remove(path: string): Promise<void>;
  /** Lists the files whose names are `base`, a dot and more. */
  listBeside(base: string): Promise<readonly string[]>;
}

/** Who tries to take a lock. */
export interface Claimant {
  /** The lock's own path. */
  readonly base: string;
  readonly nonce: string;
  /** The text of its record, with that nonce. */
  readonly record: string;
}

export type Attempt =
  | { readonly state: 'acquired'; readonly tookOver: boolean }
  | { readonly state: 'held'; readonly seen: Observation; readonly verdict: Verdict }
  /** Somebody else was faster; it is worth trying again at once. */
  | { readonly state: 'outrun' };

/** Tries once to take the lock; never waits for anybody. */
export async function tryAcquire(files: LockFiles, own: Claimant): Promise<Attempt> {
  const attempt = await tryAcquireAt(files, own, own.base);
  if (attempt.state === 'acquired' && attempt.tookOver) await sweep(files, own);
  return attempt;
}

/** Gives the lock back; false when the file is no longer ours, which is then left alone. */
export async function release(files: LockFiles, own: Claimant): Promise<boolean> {
  if (!(await isHeld(files, own))) return false;
  // Nobody takes it over between these two steps: its owner is not dead.
  await files.remove(own.base);
  return true;
}

/** Tells whether the lock file is still the one that was acquired. */
export async function isHeld(files: LockFiles, own: Claimant): Promise<boolean> {
  // @rule lock/only-owner-unlocks keywire#file-lock
  return isOurs(files, own, own.base);
}

async function tryAcquireAt(files: LockFiles, own: Claimant, path: string): Promise<Attempt> {
  const seen = await files.read(path);
  if (seen === undefined) return publish(files, own, path, false);
  const verdict = await files.judge(path, seen);
  // @rule lock/take-over-dead-only keywire#file-lock
  if (verdict !== 'dead') return { state: 'held', seen, verdict };
  if (!(await removeDead(files, own, path, seen))) return { state: 'held', seen, verdict };
  return publish(files, own, path, true);
}

/** Removes the file of a dead owner; false while somebody else is at it. */
async function removeDead(
  files: LockFiles,
  own: Claimant,
  path: string,
  seen: Observation,
): Promise<boolean> {
  const identity = identityOf(seen);
  const claim = `${own.base}.${identity}`;
  if ((await tryAcquireAt(files, own, claim)).state !== 'acquired') return false;
  try {
    // What was seen before the claim may be gone, and a living owner's file be in its place.
    // @rule lock/look-again-under-claim keywire#file-lock
    const again = await files.read(path);
    if (again !== undefined && identityOf(again) === identity) await files.remove(path);
  } finally {
    await files.remove(claim);
  }
  return true;
}

async function publish(
  files: LockFiles,
  own: Claimant,
  path: string,
  tookOver: boolean,
): Promise<Attempt> {
  const candidate = `${own.base}.${own.nonce}.new`;
  await files.write(candidate, own.record);
  let isPublished = false;
  try {
    // A network file system can carry out a link and report that it failed.
    isPublished = (await files.link(candidate, path)) || (await isOurs(files, own, path));
  } finally {
    const removed = files.remove(candidate);
    await (isPublished ? removed.catch(ignore) : removed);
  }
  return isPublished ? { state: 'acquired', tookOver } : { state: 'outrun' };
}

async function isOurs(files: LockFiles, own: Claimant, path: string): Promise<boolean> {
  const seen = await files.read(path);
  return seen !== undefined && identityOf(seen) === own.nonce;
}

/**
 * Removes what crashed processes left beside the lock. The holder may remove every claim and every
 * candidate, whoever's they are: each claim is about an owner whose lock is gone for good, so that
 * its loss lets nobody remove anything; who misses a candidate fails to link it and tries again.
 *
 * What cannot be removed (another user's file in a shared folder) stays: the lock is held already, and
 * a failure would leave it held by a caller that does not know.
 */
// @rule lock/untidy-is-no-failure keywire#file-lock
async function sweep(files: LockFiles, own: Claimant): Promise<void> {
  const beside = await files.listBeside(own.base).catch(() => []);
  const leftovers = beside.filter((path) => LEFTOVER.test(path.slice(own.base.length)));
  for (const path of leftovers) await files.remove(path).catch(ignore);
}

function ignore(): void {}

const LEFTOVER = /^\.(?:[0-9a-f]{32}|x[0-9]+-[0-9]+)(?:\.new)?$/u;

function identityOf(seen: Observation): string {
  return parseOwner(seen.text)?.nonce ?? `x${seen.fileId}`;
}

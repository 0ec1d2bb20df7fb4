/**
 * Takes a cache in a plain file over into another persistence: under the locks of both it is saved,
 * read back and compared before the old one goes. What a program that knows no lock writes meanwhile
 * is taken over, too. Whoever is killed anywhere leaves one whole copy, and the next call finishes the
 * work.
 */
import { type CrossProcessLock, checkOptionNames } from '@keywire/file-lock';
import type { CallOptions } from '../abort.ts';
import { isPersistenceError, PersistenceError } from '../errors.ts';
import { isSameFile, renameOwnFile } from '../io/files.ts';
import type { EncryptedFilePersistence } from '../persistences/encrypted-file-persistence.ts';
import { FilePersistence } from '../persistences/file-persistence.ts';
import {
  CACHE_LOCK_NAMES,
  type CacheLockOptions,
  cacheLockPath,
  withCacheLock,
} from '../sharing/cache-lock.ts';
import type { Persistence } from '../types/persistence.ts';
import { emptyDocument, formatDocument, mergeDocuments, parseDocument } from './cache-document.ts';

/** The lock options are those of the new persistence. */
export interface AdoptOptions extends CacheLockOptions {
  /** Whether the old file stays. Default: false. */
  readonly keepOld?: boolean | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof AdoptOptions, true>> = {
  ...CACHE_LOCK_NAMES,
  keepOld: true,
};

/** What was done. */
export interface AdoptReport {
  /**
   * `adopted`: saved as it was; `merged`: into what was there already, entry by entry, of which what
   * was there wins; `already-there`: the same; `nothing-to-adopt`: there is no old file, or an empty
   * one.
   */
  readonly outcome: 'adopted' | 'merged' | 'already-there' | 'nothing-to-adopt';
  /**
   * `emptied`: it is the new persistence's signal file; `kept` or `absent` though it was to go: its
   * program has emptied it meanwhile.
   */
  readonly oldFile: 'removed' | 'emptied' | 'replaced' | 'kept' | 'absent';
}

/**
 * Takes over the plain cache in `oldFile`: saves it in the persistence, reads it back, compares, and
 * only then removes or keeps the file. Killed anywhere, one copy is whole.
 *
 * @throws `PersistenceError` with code `malformed` when both hold something and one is no cache,
 * `not-verified` when it was not read back as it was saved, or the old file changes again and again;
 * the old file is there then
 */
export async function adopt(
  oldFile: string,
  persistence: Persistence,
  options: AdoptOptions = {},
): Promise<AdoptReport> {
  checkOptionNames('options', options, OPTION_NAMES);
  const { lockLocation, lockTimeoutMs, signal } = options;
  const old = new FilePersistence(oldFile);
  // By the file as well: under another name it is not another copy, to be removed.
  // @rule token/adopt-same-file keywire#token-cache
  const isSamePath =
    old.location === persistence.location || (await isSameFile(old.location, persistence.location));
  const { location } = isSamePath ? persistence : old;
  // In one order whoever calls, so that no two wait for each other.
  const paths = [cacheLockPath(location), cacheLockPath(persistence.location, { lockLocation })];
  return withLocks([...new Set(paths)].sort(), { lockTimeoutMs, signal }, (locks) =>
    isSamePath && persistence.kind === 'encrypted-file'
      ? encryptInPlace(old, persistence, options, locks)
      : moveOver(old, persistence, { ...options, isSamePath, locks }),
  );
}

/** Takes one lock after the other; each is given back, whatever becomes of the others. */
function withLocks<Result>(
  [path, ...others]: readonly string[],
  options: CacheLockOptions,
  body: (locks: readonly CrossProcessLock[]) => Promise<Result>,
): Promise<Result> {
  if (path === undefined) return body([]);
  return withCacheLock(
    path,
    (lock) => withLocks(others, options, (inner) => body([lock, ...inner])),
    { ...options, lockLocation: path },
  );
}

interface Move extends AdoptOptions {
  readonly isSamePath: boolean;
  readonly locks: readonly CrossProcessLock[];
}

async function moveOver(
  old: FilePersistence,
  persistence: Persistence,
  move: Move,
): Promise<AdoptReport> {
  const { isSamePath, keepOld = false, signal } = move;
  const text = await loadOrEmpty(old, { signal });
  if (text === '') return { outcome: 'nothing-to-adopt', oldFile: await isThere(old) };
  if (isSamePath && persistence.kind === 'file') {
    return { outcome: 'already-there', oldFile: 'kept' };
  }
  const there = await loadOrEmpty(persistence, { signal });
  const wanted = there === '' || there === text ? text : merged(text, there, old, persistence);
  await saveVerified(persistence, wanted, there, move);
  const outcome = there === '' ? 'adopted' : there === wanted ? 'already-there' : 'merged';
  if (keepOld) return { outcome, oldFile: 'kept' };
  const isWhole = await followOld(old, persistence, { text, wanted }, move);
  if (!isWhole) return { outcome, oldFile: await isThere(old) };
  if (isSamePath) {
    await old.save('');
    return { outcome, oldFile: 'emptied' };
  }
  await old.delete();
  return { outcome, oldFile: 'removed' };
}

async function saveVerified(
  persistence: Persistence,
  wanted: string,
  there: string,
  { locks, signal }: Move,
): Promise<void> {
  for (const lock of locks) await lock.assertHeld();
  if (wanted !== there) await persistence.save(wanted, { signal });
  // @rule token/adopt-verified keywire#token-cache
  if ((await loadOrEmpty(persistence, { signal })) !== wanted)
    throw notVerified(persistence.location);
}

/** How often to look whether the old file stays as it is. */
const MAX_LOOKS = 5;

/**
 * Takes over what programs that know no lock have written to the old file meanwhile, while a key was
 * derived or the user was asked. False when they emptied or removed it: then it is theirs.
 */
async function followOld(
  old: FilePersistence,
  persistence: Persistence,
  taken: { readonly text: string; readonly wanted: string },
  move: Move,
): Promise<boolean> {
  let { text, wanted } = taken;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const again = await loadOrEmpty(old, move);
    // @rule token/adopt-follows keywire#token-cache
    if (again === text) return true;
    if (again === '') return false;
    const [base, theirs] = [parseDocument(text, old.location), parseDocument(again, old.location)];
    const ours = parseDocument(wanted, persistence.location);
    const next = wanted === text ? again : formatDocument(mergeDocuments(base, ours, theirs));
    await saveVerified(persistence, next, wanted, move);
    [text, wanted] = [again, next];
  }
  throw restless(old.location);
}

/** Beside the old file first, and over it at once when that has been read back. */
async function encryptInPlace(
  old: FilePersistence,
  persistence: Persistence,
  { keepOld = false, signal }: AdoptOptions,
  locks: readonly CrossProcessLock[],
): Promise<AdoptReport> {
  if (!isEncryptedFile(persistence)) {
    throw new TypeError('adopt: expected an EncryptedFilePersistence, got another of that kind');
  }
  if (keepOld) throw new TypeError('adopt: expected keepOld with another path, got the same path');
  if (await persistence.isOfThisForm()) return { outcome: 'already-there', oldFile: 'kept' };
  const beside = persistence.at(`${persistence.location}.adopting`);
  await removeUnfinished(beside.location);
  try {
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const text = await loadOrEmpty(old, { signal });
      if (text === '') {
        await removeUnfinished(beside.location);
        return { outcome: 'nothing-to-adopt', oldFile: await isThere(old) };
      }
      await beside.save(text, { signal });
      if ((await beside.load({ signal })) !== text) throw notVerified(persistence.location);
      for (const lock of locks) await lock.assertHeld();
      // @rule token/adopt-follows keywire#token-cache
      if ((await loadOrEmpty(old, { signal })) !== text) continue;
      await renameOwnFile(beside.location, persistence.location);
      return { outcome: 'adopted', oldFile: 'replaced' };
    }
    throw restless(old.location);
  } catch (error) {
    // That it cannot be removed either does not say more than why; the next call removes it.
    await removeOwnUnfinished(beside.location, locks).catch(() => undefined);
    throw error;
  } finally {
    beside.close();
  }
}

/** By what it can do: a bundle may hold two copies of the class. */
function isEncryptedFile(persistence: Persistence): persistence is EncryptedFilePersistence {
  return ['at', 'isOfThisForm', 'close'].every(
    (name) => typeof Reflect.get(persistence, name) === 'function',
  );
}

/** What a killed call left, whatever its password was. */
async function removeUnfinished(location: string): Promise<void> {
  await new FilePersistence(location).delete();
}

/** Without the locks it may be that of another call. */
async function removeOwnUnfinished(
  location: string,
  locks: readonly CrossProcessLock[],
): Promise<void> {
  for (const lock of locks) await lock.assertHeld();
  await removeUnfinished(location);
}

async function loadOrEmpty(persistence: Persistence, options: CallOptions): Promise<string> {
  try {
    return await persistence.load(options);
  } catch (error) {
    if (isPersistenceError(error, 'not-found')) return '';
    throw error;
  }
}

async function isThere(old: FilePersistence): Promise<'kept' | 'absent'> {
  try {
    await old.timeLastModified();
    return 'kept';
  } catch (error) {
    if (isPersistenceError(error, 'not-found')) return 'absent';
    throw error;
  }
}

function merged(
  text: string,
  there: string,
  old: FilePersistence,
  persistence: Persistence,
): string {
  const theirs = parseDocument(text, old.location);
  const ours = parseDocument(there, persistence.location);
  const both = formatDocument(mergeDocuments(emptyDocument(), ours, theirs));
  // Saved by a call that was killed before it removed the old file.
  return both === formatDocument(ours) ? there : both;
}

function notVerified(location: string): PersistenceError {
  return new PersistenceError(
    'not-verified',
    location,
    'expected the cache to be read back as it was saved, got another text; the old file is kept',
  );
}

function restless(location: string): PersistenceError {
  return new PersistenceError(
    'not-verified',
    location,
    'expected the old file to stay as it was for a moment, got changes again and again; it is kept',
    { advice: 'end the program that writes it, and adopt again' },
  );
}

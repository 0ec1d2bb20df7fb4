// Searching, and telling "not there" from "cannot be seen while locked". Daemons hide the items of
// locked collections, or their attributes, in several ways; so no hits count as absence only when
// nothing in scope is locked.
// https://specifications.freedesktop.org/secret-service/latest/ (Lookup Attributes)

import { DAEMON_PROFILES } from '../daemon-profile.ts';
import { isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import * as calls from '../protocol/calls.ts';
import { DEFAULT_ALIAS, NO_OBJECT } from '../protocol/names.ts';
import { readPath, readPathList, readTwoPathLists } from '../protocol/replies.ts';
import type { OperationOptions, ServiceContext } from './context.ts';
import { unlockObjects } from './locking.ts';
import { readAttributes, readCollectionPaths, readItemPaths, readLocked } from './properties.ts';
import { expectedOfFindable, refuseUnfindable } from './unfit.ts';

const NONE: ReadonlySet<string> = new Set();

/** Paths of items, by whether they can be read now. */
export interface FoundPaths {
  readonly unlocked: readonly string[];
  readonly locked: readonly string[];
}

/** What a search found; only some are answered by whether it is locked. */
interface Hits {
  readonly paths: readonly string[];
  readonly sorted: FoundPaths | undefined;
}

/** Where to search. */
export interface SearchScope {
  /** One collection's path; undefined for all collections. */
  readonly collectionPath: string | undefined;
  /** Whether hits that only look like what was sought are given too: who reads them looks then. */
  readonly isLoose?: boolean | undefined;
}

/**
 * Searches, and never takes a locked keyring for an empty one: with no hits and something locked,
 * it unlocks the default collection and searches again if prompts are allowed.
 *
 * @throws {@link LockedError} when nothing is found and something in scope is (still) locked.
 */
export async function search(
  context: ServiceContext,
  attributes: ReadonlyMap<string, string>,
  scope: SearchScope,
  options: OperationOptions,
): Promise<FoundPaths> {
  const { paths, sorted } = await findHits(context, attributes, scope, options);
  return sorted ?? context.repeatable(() => splitByLock(context, paths, options));
}

/** The same for who does not ask which are locked: one call less for each hit in a collection. */
export async function searchPaths(
  context: ServiceContext,
  attributes: ReadonlyMap<string, string>,
  scope: SearchScope,
  options: OperationOptions,
): Promise<readonly string[]> {
  return (await findHits(context, attributes, scope, options)).paths;
}

async function findHits(
  context: ServiceContext,
  attributes: ReadonlyMap<string, string>,
  scope: SearchScope,
  options: OperationOptions,
): Promise<Hits> {
  const found = await context.repeatable(() => searchExactly(context, attributes, scope, options));
  if (found.paths.length > 0) return found;
  // Where no search can find it, that none does is no answer; which daemon it is, is asked only then.
  if (DAEMON_PROFILES.some((each) => expectedOfFindable(each, attributes) !== undefined)) {
    refuseUnfindable(await context.profile(options), attributes);
  }
  const { locked, unlockable } = await context.repeatable(() =>
    lockedCollections(context, scope, options),
  );
  // @rule secret/locked-is-not-absent quirk#P6
  if (locked.length === 0) return found;
  if (unlockable !== undefined) {
    await unlockObjects(context, [{ path: unlockable, kind: 'collection' }], options);
    const again = await context.repeatable(() =>
      searchExactly(context, attributes, scope, options),
    );
    if (again.paths.length > 0 || locked.length === 1) return again;
  }
  throw secretServiceError('locked', 'SearchItems', {
    detail: 'locked, or not here: a collection that is locked could not be searched',
    advice: (await context.profile(options)).unlockAdvice,
  });
}

/** Searches once, and leaves out what only looks like it to the daemon, unless told otherwise. */
async function searchExactly(
  context: ServiceContext,
  attributes: ReadonlyMap<string, string>,
  scope: SearchScope,
  options: OperationOptions,
): Promise<Hits> {
  const found = await searchOnce(context, attributes, scope, options);
  if (scope.isLoose || found.paths.length === 0 || attributes.size === 0) return found;
  const others = await lookalikes(context, found.paths, attributes, options);
  if (others.size === 0) return found;
  const without = (paths: readonly string[]) => paths.filter((path) => !others.has(path));
  const { paths, sorted } = found;
  if (sorted === undefined) return { paths: without(paths), sorted };
  const { unlocked, locked } = sorted;
  return {
    paths: without(paths),
    sorted: { unlocked: without(unlocked), locked: without(locked) },
  };
}

/**
 * Those of the hits that only look like what was sought: some daemons compare values up to a newline at
 * the end. There the attributes of all hits are read, in one flight.
 */
export async function lookalikes(
  context: ServiceContext,
  hits: readonly string[],
  sought: ReadonlyMap<string, string>,
  options: OperationOptions,
): Promise<ReadonlySet<string>> {
  // @rule secret/hits-are-exact quirk#P25
  if (!(await ignoresNewline(context, options))) return NONE;
  const isOther = await Promise.all(
    hits.map((path) => hasNewlineMore(context, path, sought, options)),
  );
  return new Set(hits.filter((_path, index) => isOther[index] === true));
}

/** A search needs no session; where none can be had, nothing is known of the daemon. */
async function ignoresNewline(
  context: ServiceContext,
  options: OperationOptions,
): Promise<boolean> {
  try {
    return (await context.profile(options)).searchIgnoresNewline;
  } catch (error) {
    if (isSecretServiceError(error, 'aborted')) throw error;
    return false;
  }
}

/** Whether a value of an item is the one sought with a newline at its end. */
async function hasNewlineMore(
  context: ServiceContext,
  path: string,
  sought: ReadonlyMap<string, string>,
  options: OperationOptions,
): Promise<boolean> {
  try {
    const found = await readAttributes(context.peer, path, { signal: options.signal });
    return [...sought].some(([name, value]) => found.get(name) === `${value}\n`);
  } catch (error) {
    // It has gone, or does not tell while it is locked: that is for who reads it.
    if (isSecretServiceError(error, 'not-found') || isSecretServiceError(error, 'locked')) {
      return false;
    }
    throw error;
  }
}

/** Searches once and takes the answer as it is. Written at once. */
async function searchOnce(
  context: ServiceContext,
  attributes: ReadonlyMap<string, string>,
  scope: SearchScope,
  options: OperationOptions,
): Promise<Hits> {
  if (attributes.size === 0) return everything(context, scope, options);
  const { collectionPath } = scope;
  try {
    if (collectionPath !== undefined) {
      const call = calls.searchCollection(collectionPath, attributes);
      const reply = await context.peer.call(call, { signal: options.signal });
      return { paths: readPathList(reply, 'Collection.SearchItems'), sorted: undefined };
    }
    const call = calls.searchService(attributes);
    const reply = await context.peer.call(call, { signal: options.signal });
    const [unlocked, locked] = readTwoPathLists(reply, 'Service.SearchItems');
    return { paths: [...unlocked, ...locked], sorted: { unlocked, locked } };
  } catch (error) {
    // A daemon may hold the answer back behind a dialog of its own until the deadline.
    // @rule secret/search-deadline-locked quirk#P6
    if (!isSecretServiceError(error, 'deadline')) throw error;
    const { locked, count } = await lockedCollections(context, scope, options);
    const { unlockAdvice, noDefaultAdvice } = await context.profile(options);
    if (count === 0) {
      throw secretServiceError('no-default-collection', 'SearchItems', {
        cause: error,
        detail: 'there is no collection to search in',
        advice: noDefaultAdvice,
      });
    }
    if (locked.length === 0) throw error;
    throw secretServiceError('locked', 'SearchItems', { cause: error, advice: unlockAdvice });
  }
}

/** What is locked in a scope. */
interface LockedScope {
  readonly locked: readonly string[];
  /** How many collections there are at all. */
  readonly count: number;
  /** The one that may be unlocked unasked: the default collection, or the only one in scope. */
  readonly unlockable: string | undefined;
}

/** Finds out which collections in scope are locked. */
async function lockedCollections(
  context: ServiceContext,
  scope: SearchScope,
  options: OperationOptions,
): Promise<LockedScope> {
  const { peer } = context;
  const signal = { signal: options.signal };
  const [paths, preferred] =
    scope.collectionPath === undefined
      ? await Promise.all([readCollectionPaths(peer, signal), readDefault(context, options)])
      : [[scope.collectionPath], scope.collectionPath];
  const all = [...new Set(preferred === undefined ? paths : [preferred, ...paths])];
  const states = await Promise.all(
    all.map((path) => readLocked(peer, path, 'collection', signal).catch(missingIsUnlocked)),
  );
  const locked = all.filter((_path, index) => states[index] === true);
  const isPreferredLocked = preferred !== undefined && locked.includes(preferred);
  return { locked, count: all.length, unlockable: isPreferredLocked ? preferred : undefined };
}

/** Reads the path of the default collection, or undefined when there is none. */
export async function readDefault(
  context: ServiceContext,
  options: OperationOptions,
): Promise<string | undefined> {
  const reply = await context.peer.call(calls.readAlias(DEFAULT_ALIAS), {
    signal: options.signal,
  });
  const path = readPath(reply, 'Service.ReadAlias');
  return path === NO_OBJECT ? undefined : path;
}

/** Sorts items by whether they are locked now; those that have gone are left out. */
export async function splitByLock(
  context: ServiceContext,
  paths: readonly string[],
  options: OperationOptions,
): Promise<FoundPaths> {
  const states = await Promise.all(
    paths.map(async (path) => {
      try {
        return await readLocked(context.peer, path, 'item', { signal: options.signal });
      } catch (error) {
        if (isSecretServiceError(error, 'not-found')) return undefined;
        throw error;
      }
    }),
  );
  return {
    unlocked: paths.filter((_path, index) => states[index] === false),
    locked: paths.filter((_path, index) => states[index] === true),
  };
}

/** All items, from the lists of the collections: some daemons find nothing for no attributes. */
async function everything(
  context: ServiceContext,
  scope: SearchScope,
  options: OperationOptions,
): Promise<Hits> {
  // @rule secret/empty-search-enumerates quirk#P5
  const { peer } = context;
  const signal = { signal: options.signal };
  if (scope.collectionPath !== undefined) {
    return { paths: await readItemPaths(peer, scope.collectionPath, signal), sorted: undefined };
  }
  const collections = await readCollectionPaths(peer, signal);
  // One that someone deletes between the two flights takes nothing away from the others.
  const lists = await Promise.all(
    collections.map((path) => readItemPaths(peer, path, signal).catch(missingIsEmpty)),
  );
  return { paths: lists.flat(), sorted: undefined };
}

function missingIsEmpty(error: unknown): string[] {
  if (isSecretServiceError(error, 'not-found')) return [];
  throw error;
}

/** An alias may name a collection that does not exist (yet): nothing is hidden in it. */
function missingIsUnlocked(error: unknown): boolean {
  if (isSecretServiceError(error, 'not-found')) return false;
  throw error;
}

// The everyday operations on secrets, whatever collection they lie in: look up, search, store, clear.

import { afterChange, isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import type { OperationOptions, ServiceContext } from '../operations/context.ts';
import { deleteObject } from '../operations/creation.ts';
import { type Lockable, unlockObjects } from '../operations/locking.ts';
import { readManySecrets, readOneSecret, type SecretResult } from '../operations/reading.ts';
import { type FoundPaths, lookalikes, search, splitByLock } from '../operations/search.ts';
import { type StoreTarget, storeExactly } from '../operations/store.ts';
import { type Attributes, toAttributes, toNonEmptyAttributes } from '../protocol/attributes.ts';
import { DEFAULT_ALIAS } from '../protocol/names.ts';
import { checkAlias, checkText } from '../protocol/text.ts';
import { secretToStore } from '../secrets/sealing.ts';
import type { Secret, SecretInput } from '../secrets/secret.ts';
import { findCollection } from './aliases.ts';
import { Collection } from './collection.ts';
import { Item } from './item.ts';
import { checkNames } from './options.ts';

/** Options of operations that can be limited to one collection. */
export interface ScopeOptions extends OperationOptions {
  /** A collection, or an alias; default: all of them for a search, `default` for a store. */
  readonly collection?: Collection | string | undefined;
}

/** Options of `lookup`. */
export interface LookupOptions extends ScopeOptions {
  /** What to do with several hits: take the first that is unlocked (default), or refuse. */
  readonly several?: 'first' | 'refuse' | undefined;
}

/** Options of `searchItems`. */
export interface SearchOptions extends ScopeOptions {
  /** Whether locked hits are unlocked first; default: false. */
  readonly unlock?: boolean | undefined;
  /** Whether the secrets of the unlocked hits are read at once; default: false. */
  readonly loadSecrets?: boolean | undefined;
}

/** Options of `store`. */
export interface StoreOptions extends ScopeOptions {
  /** Default: `text/plain` for valid UTF-8, else `application/octet-stream`. */
  readonly contentType?: string | undefined;
}

const SCOPE_NAMES: Readonly<Record<keyof ScopeOptions, true>> = {
  signal: true,
  interactive: true,
  windowId: true,
  collection: true,
};
const LOOKUP_NAMES: Readonly<Record<keyof LookupOptions, true>> = { ...SCOPE_NAMES, several: true };
const STORE_NAMES: Readonly<Record<keyof StoreOptions, true>> = {
  ...SCOPE_NAMES,
  contentType: true,
};
const SEARCH_NAMES: Readonly<Record<keyof SearchOptions, true>> = {
  ...SCOPE_NAMES,
  unlock: true,
  loadSecrets: true,
};

/** What a search found. */
export interface FoundItems {
  readonly unlocked: Item[];
  readonly locked: Item[];
  /** By item path; there with `loadSecrets` only. */
  readonly secrets?: ReadonlyMap<string, SecretResult>;
}

/** See {@link SecretService.lookup}. */
export async function lookup(
  context: ServiceContext,
  attributes: Attributes,
  options: LookupOptions,
): Promise<Secret | undefined> {
  checkNames(options, LOOKUP_NAMES);
  if (![undefined, 'first', 'refuse'].includes(options.several)) {
    throw secretServiceError('invalid-argument', 'several', { detail: 'expected first or refuse' });
  }
  const sought = toNonEmptyAttributes(attributes);
  const found = await searchScope(context, sought, options, true);
  if (options.several === 'refuse') await refuseSeveral(context, sought, found, options);
  const secret = await readFirst(context, sought, found, options);
  if (secret !== undefined || found.unlocked.length + found.locked.length === 0) return secret;
  // All were gone, or only looked like it; it may still lie in what is locked.
  return readFirst(context, sought, await searchScope(context, sought, options), options);
}

async function refuseSeveral(
  context: ServiceContext,
  sought: ReadonlyMap<string, string>,
  { unlocked, locked }: FoundPaths,
  options: OperationOptions,
): Promise<void> {
  const paths = [...unlocked, ...locked];
  if (paths.length <= 1) return;
  const others = await lookalikes(context, paths, sought, options);
  if (paths.length - others.size > 1) throw secretServiceError('ambiguous', 'lookup');
}

/** Reads the first hit that is there and is one, the unlocked ones first. */
async function readFirst(
  context: ServiceContext,
  sought: ReadonlyMap<string, string>,
  { unlocked, locked }: FoundPaths,
  options: OperationOptions,
): Promise<Secret | undefined> {
  for (const path of [...unlocked, ...locked]) {
    const secret = await unlessGone(async () => {
      if (locked.includes(path)) await unlockObjects(context, [asItem(path)], options);
      return context.repeatable(() => readHit(context, sought, path, options));
    });
    if (secret !== undefined) return secret;
  }
  return undefined;
}

/** Reads a hit, and looks in the same flight whether it is one; undefined where it is not. */
async function readHit(
  context: ServiceContext,
  sought: ReadonlyMap<string, string>,
  path: string,
  options: OperationOptions,
): Promise<Secret | undefined> {
  const [secret, others] = await Promise.allSettled([
    readOneSecret(context, path, options),
    lookalikes(context, [path], sought, options),
  ]);
  if (others.status === 'fulfilled' && others.value.size === 0) {
    if (secret.status === 'fulfilled') return secret.value;
    throw secret.reason;
  }
  // Not the one that was asked for, or nobody knows: nobody gets it, nor what became of it.
  if (secret.status === 'fulfilled') secret.value.dispose();
  if (others.status === 'rejected') throw others.reason;
  return undefined;
}

/** See {@link SecretService.store}. */
export async function store(
  context: ServiceContext,
  label: string,
  attributes: Attributes,
  secret: SecretInput,
  options: StoreOptions,
): Promise<Item> {
  checkNames(options, STORE_NAMES);
  checkText('label', label);
  const checked = toNonEmptyAttributes(attributes);
  const target = storeTarget(options.collection);
  const copy = secretToStore(secret, options.contentType);
  const request = { label, attributes: checked, secret: copy, contentType: options.contentType };
  try {
    return new Item(context, await storeExactly(context, target, request, options));
  } finally {
    copy.dispose();
  }
}

/** See {@link SecretService.clear}. */
export async function clear(
  context: ServiceContext,
  attributes: Attributes,
  options: ScopeOptions,
): Promise<number> {
  checkNames(options, SCOPE_NAMES);
  const wanted = toNonEmptyAttributes(attributes);
  const { unlocked, locked } = await searchScope(context, wanted, options);
  await unlockHits(context, locked, options);
  let deleted = 0;
  for (const path of [...unlocked, ...locked]) {
    const remove = (): Promise<boolean | undefined> => deleteUnlessGone(context, path, options);
    if (await (deleted === 0 ? remove() : afterChange(`clear, ${deleted} deleted`, remove))) {
      deleted += 1;
    }
  }
  return deleted;
}

/** See {@link SecretService.searchItems}. */
export async function searchItems(
  context: ServiceContext,
  attributes: Attributes,
  options: SearchOptions,
): Promise<FoundItems> {
  checkNames(options, SEARCH_NAMES);
  const found = await searchScope(context, toAttributes(attributes), options);
  const mustUnlock = (options.unlock ?? false) && found.locked.length > 0;
  const opened = mustUnlock ? await unlockHits(context, found.locked, options) : [];
  const unlocked = [...found.unlocked, ...opened];
  const items = {
    unlocked: unlocked.map((path) => new Item(context, path)),
    locked: mustUnlock ? [] : found.locked.map((path) => new Item(context, path)),
  };
  if (!(options.loadSecrets ?? false)) return items;
  const secrets = await context.repeatable(() => readManySecrets(context, unlocked, options));
  return { ...items, secrets };
}

/**
 * Searches where the options say; the first call is written at once when that is everywhere.
 *
 * @param isLoose - see {@link SearchScope.isLoose}
 */
function searchScope(
  context: ServiceContext,
  attributes: ReadonlyMap<string, string>,
  options: ScopeOptions,
  isLoose = false,
): Promise<FoundPaths> {
  const { collection } = options;
  if (collection === undefined || collection instanceof Collection) {
    return search(context, attributes, { collectionPath: collection?.path, isLoose }, options);
  }
  checkAlias(collection);
  return searchAlias(context, attributes, collection, isLoose, options);
}

async function searchAlias(
  context: ServiceContext,
  attributes: ReadonlyMap<string, string>,
  alias: string,
  isLoose: boolean,
  options: OperationOptions,
): Promise<FoundPaths> {
  const found = await findCollection(context, alias, options);
  if (found !== undefined) {
    return search(context, attributes, { collectionPath: found.path, isLoose }, options);
  }
  // A default collection that is still to be created is empty; any other alias is a mistake.
  if (alias === DEFAULT_ALIAS) return { unlocked: [], locked: [] };
  throw secretServiceError('not-found', 'collection', { detail: 'no collection has this alias' });
}

function deleteUnlessGone(
  context: ServiceContext,
  path: string,
  options: OperationOptions,
): Promise<boolean | undefined> {
  return unlessGone(async () => {
    await context.withItem(path, { signal: options.signal }, () =>
      deleteObject(context, path, 'item', options),
    );
    return true;
  });
}

/**
 * Unlocks hits. The user may take minutes for that: what someone else deletes meanwhile is no hit.
 *
 * @returns those that are there and unlocked
 */
async function unlockHits(
  context: ServiceContext,
  paths: readonly string[],
  options: OperationOptions,
): Promise<readonly string[]> {
  try {
    await unlockObjects(context, paths.map(asItem), options);
    return paths;
  } catch (error) {
    // @rule secret/deleted-while-unlocked keywire#five-outcomes
    if (!isSecretServiceError(error, 'not-found')) throw error;
    const { unlocked, locked } = await splitByLock(context, paths, options);
    await unlockObjects(context, locked.map(asItem), options);
    return [...unlocked, ...locked];
  }
}

/** Does something with a hit; one that someone else deleted between two flights is none. */
async function unlessGone<T>(operation: () => Promise<T>): Promise<T | undefined> {
  try {
    return await operation();
  } catch (error) {
    if (isSecretServiceError(error, 'not-found')) return undefined;
    throw error;
  }
}

function storeTarget(collection: Collection | string | undefined): StoreTarget {
  if (collection instanceof Collection) return { path: collection.path };
  const alias = collection ?? DEFAULT_ALIAS;
  checkAlias(alias);
  return { alias };
}

function asItem(path: string): Lockable {
  return { path, kind: 'item' };
}

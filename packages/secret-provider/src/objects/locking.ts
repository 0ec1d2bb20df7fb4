/**
 * Locking and unlocking. The unit is the collection: an item stands for the collection it lies in.
 * Unlocking always needs a prompt here; whoever asked learns from it which objects are open now.
 * https://specifications.freedesktop.org/secret-service/latest/#object-locking
 */
import { Variant } from '@keywire/dbus-wire';
import { COLLECTION_PREFIX, collectionPath, NO_OBJECT } from '../api/names.ts';
import { invalidArgs, noSuchObject, type Refusal } from '../api/refusal.ts';
import type { PromptAction } from '../service/prompts.ts';
import type { Service } from '../service/service.ts';
import type { PromptScript, StoredCollection } from '../stores/store.ts';
import { dismissedResult } from './prompt-result.ts';

type LockResult = readonly [done: readonly string[], prompt: string];

/** Locks what can be locked; unknown paths are left out of the answer. */
export async function lockObjects(
  service: Service,
  caller: string,
  paths: readonly string[],
): Promise<LockResult> {
  const { profile } = service;
  const found = locateAll(service, paths, (path) => invalidArgs(`Lock: no object at ${path}`));
  if (profile.refusesLockOfLocked && [...found.values()].some(({ isLocked }) => isLocked)) {
    throw invalidArgs('Lock: the collection is locked already');
  }
  const isOpen = [...found.values()].some(({ isLocked }) => !isLocked);
  for (const { label, isLocked } of new Set(found.values())) {
    if (!isLocked) await service.record('lock', caller, { collectionLabel: label });
  }
  if (!(isOpen && profile.prompts.has('lock'))) return [await lockAll(service, found), NO_OBJECT];
  const prompt = service.prompts.add(caller, {
    request: { action: 'lock', ...naming(found.values()), needsPassword: false },
    script: scriptOf(found.values()),
    dismissed: new Variant('ao', []),
    wrongType: new Variant('s', 'locked'),
    perform: async () => new Variant('ao', await lockAll(service, found)),
  });
  return [[], prompt];
}

/** Answers with what is open already, and a prompt for the rest. */
export async function unlockObjects(
  service: Service,
  caller: string,
  paths: readonly string[],
): Promise<LockResult> {
  const found = [...locateAll(service, paths, noSuchObject)];
  const withheld = await withheldPaths(service, caller, found);
  const isClosed = ([path, { isLocked }]: (typeof found)[number]): boolean =>
    isLocked || withheld.has(path);
  const open = found.filter((each) => !isClosed(each)).map(([path]) => path);
  const closed = found.filter(isClosed);
  if (closed.length === 0) return [open, NO_OBJECT];
  const locked = new Set(closed.map(([, each]) => each).filter(({ isLocked }) => isLocked));
  const collections = [...locked];
  for (const collection of collections) await service.authorize('unlock', caller, { collection });
  const prompt = service.prompts.add(caller, {
    request: unlockRequest(collections, withheld),
    script: scriptOf(closed.map(([, collection]) => collection)),
    dismissed: new Variant('ao', []),
    wrongType: new Variant('s', 'unlocked'),
    perform: async (password) => {
      if (!(await unlockAll(service, collections, password))) return 'wrong-password';
      for (const path of withheld.keys()) service.withheld.admit(caller, path);
      // What was deleted meanwhile is not open, whatever its object says; nor what was never there.
      const isOpen = (path: string): boolean => service.locate(path)?.collection.isLocked === false;
      return new Variant('ao', closed.map(([path]) => path).filter(isOpen));
    },
  });
  return [open, prompt];
}

/** What the person is asked: for locked collections; where there are none, for the items withheld. */
function unlockRequest(
  collections: readonly StoredCollection[],
  withheld: ReadonlyMap<string, string>,
): PromptAction['request'] {
  if (collections.length > 0) {
    return {
      action: 'unlock',
      ...naming(collections),
      needsPassword: collections.some(needsPassword),
    };
  }
  const items = [...withheld.values()].map((label) => ({ label }));
  return { action: 'access', access: 'read', ...naming(items), needsPassword: false };
}

/** Paths of items that a person has to let this client read, and their labels. */
async function withheldPaths(
  service: Service,
  caller: string,
  found: readonly (readonly [path: string, collection: StoredCollection])[],
): Promise<ReadonlyMap<string, string>> {
  const withheld = new Map<string, string>();
  for (const [path, collection] of found) {
    const item = service.locate(path)?.item;
    if (item === undefined || !(await service.withheld.has(caller, collection, item))) continue;
    withheld.set(path, item.label);
  }
  return withheld;
}

/** The collections behind paths of collections, aliases and items, each path once. */
function locateAll(
  service: Service,
  paths: readonly string[],
  refusal: (path: string) => Refusal,
): ReadonlyMap<string, StoredCollection> {
  const { refusesUnknownObjects, resolvesAliases, takesMissingItems } = service.profile;
  const found = new Map<string, StoredCollection>();
  for (const path of paths) {
    const above = takesMissingItems ? path.slice(0, path.lastIndexOf('/')) : '';
    const { collection = service.lockedAbove(path) } =
      service.locate(path) ?? service.locate(above) ?? {};
    if (collection === undefined) {
      if (refusesUnknownObjects) throw refusal(path);
      continue;
    }
    const isAlias = !path.startsWith(COLLECTION_PREFIX);
    found.set(isAlias && resolvesAliases ? collectionPath(collection.id) : path, collection);
  }
  return found;
}

function lockAll(
  service: Service,
  found: ReadonlyMap<string, StoredCollection>,
): Promise<string[]> {
  return service.change(async () => {
    for (const collection of new Set(found.values())) {
      if (collection.isLocked) continue;
      await collection.lock();
      service.announce.lock(collection);
    }
    return [...found.keys()];
  });
}

/** Opens those that are locked; false when the password is wrong. */
function unlockAll(
  service: Service,
  collections: readonly StoredCollection[],
  password: Uint8Array | undefined,
): Promise<boolean> {
  return service.change(async () => {
    for (const collection of collections) {
      // One that was deleted meanwhile keeps none of the others shut.
      const isThere = service.store.collection(collection.id) === collection;
      if (!isThere || !collection.isLocked) continue;
      if (!(await collection.unlock(password))) return false;
      service.views.opened(collection.id);
      service.announce.lock(collection);
    }
    return true;
  });
}

/** Whether a password is needed before anything can be done in a collection. */
function needsPassword({ isLocked, needsPassword: isSealed }: StoredCollection): boolean {
  return isLocked && isSealed;
}

/** What is asked in a collection, and done once it is open. */
export interface CollectionQuestion {
  readonly action: 'delete-collection' | 'create-item' | 'delete-item';
  /** Of the collection or item concerned. */
  readonly label: string;
  readonly perform: () => Promise<Variant>;
  readonly isVain?: boolean;
  readonly abandon?: () => void;
}

/** Makes a prompt for something in one collection, which its answer opens first if it is locked. */
export async function promptInCollection(
  service: Service,
  caller: string,
  collection: StoredCollection,
  { action, label, perform, ...others }: CollectionQuestion,
): Promise<string> {
  // @rule provider/policy-sees-what-is-opened keywire#provider-policy
  if (collection.isLocked) await service.authorize('unlock', caller, { collection });
  return service.prompts.add(caller, {
    request: { action, label, needsPassword: needsPassword(collection) },
    script: collection.promptScript,
    dismissed: dismissedResult(service.profile, new Variant('o', NO_OBJECT)),
    wrongType: new Variant('as', []),
    perform: async (password) => {
      if (!(await unlockAll(service, [collection], password))) return 'wrong-password';
      return await perform();
    },
    ...others,
  });
}

/** What a question is about, by name, and how many there are. */
function naming(
  objects: Iterable<{ readonly label: string }>,
): Pick<PromptAction['request'], 'label' | 'count'> {
  const each = [...new Set(objects)];
  return { label: each.map(({ label }) => label).join(', '), count: each.length };
}

function scriptOf(collections: Iterable<StoredCollection>): PromptScript | undefined {
  return [...collections].find(({ promptScript }) => promptScript !== undefined)?.promptScript;
}

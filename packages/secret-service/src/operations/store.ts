// Storing with exact replace. The daemon's own "replace" takes any item that has the given
// attributes and perhaps others, so it overwrites neighbours; ours compares whole sets itself.
// Flight 1 searches, flight 2 reads what was found (if anything was), the last one writes.

import { untilAborted } from '../abort.ts';
import { asKept, type DaemonProfile, isAddedAttribute, isRiskyRelabel } from '../daemon-profile.ts';
import { afterChange, isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import { identityOf, isSameItem } from '../protocol/attributes.ts';
import * as calls from '../protocol/calls.ts';
import { aliasPath, DEFAULT_ALIAS, NO_OBJECT } from '../protocol/names.ts';
import { readPath, readPathList } from '../protocol/replies.ts';
import { sealFor } from '../secrets/sealing.ts';
import type { Secret } from '../secrets/secret.ts';
import type { Session } from '../secrets/session.ts';
import type { OperationOptions, ServiceContext } from './context.ts';
import { create, createDefaultCollection } from './creation.ts';
import { unlockObjects } from './locking.ts';
import { type ItemProperties, labelCall, readItemProperties, readLocked } from './properties.ts';
import { relabelSafely } from './relabel.ts';
import { refuseUnfit } from './unfit.ts';

/** Where to store: a collection by its path, or by an alias. */
export type StoreTarget = { readonly path: string } | { readonly alias: string };

/** What to store, checked already. */
export interface StoreRequest {
  readonly label: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly secret: Secret;
  readonly contentType: string | undefined;
}

interface Survey {
  readonly collectionPath: string;
  readonly hits: readonly string[];
}

/**
 * Stores a secret: in the item that has exactly these attributes, or in a new one. Stores of the
 * same attributes take turns, wherever they go: two names may stand for one collection.
 *
 * @returns the item's path
 */
export async function storeExactly(
  context: ServiceContext,
  target: StoreTarget,
  request: StoreRequest,
  options: OperationOptions,
): Promise<string> {
  // Which daemon it is may be known by now: then nothing is sent for what it would refuse.
  if (context.sessions.current !== undefined) {
    refuseUnfit(await context.profile(options), request);
  }
  return context.inTurn(
    identityOf(request.attributes),
    () => storeNow(context, target, request, options),
    options.signal,
  );
}

async function storeNow(
  context: ServiceContext,
  target: StoreTarget,
  request: StoreRequest,
  options: OperationOptions,
): Promise<string> {
  const survey = await context.repeatable(() => surveyTarget(context, target, request, options));
  const profile = await context.profile(options);
  refuseUnfit(profile, request);
  const same = await findSame(context, profile, survey.hits, request.attributes, options);
  const { collectionPath } = survey;
  if (same === undefined) {
    return createNew(context, profile, collectionPath, request, options, true);
  }
  try {
    return await overwrite(context, profile, same, request, options);
  } catch (error) {
    // Deleted by someone else between two flights: what is stored must be there all the same.
    // @rule secret/deleted-while-stored keywire#exact-replace
    if (!isSecretServiceError(error, 'not-found')) throw error;
    return createNew(context, profile, collectionPath, request, options, true);
  }
}

/**
 * Creates an item whatever else is there.
 *
 * @param isOnly - whether nothing else had the same attributes: then an item that has them after a
 * lost session was left behind by the first attempt, and is finished instead of doubled
 */
export async function createNew(
  context: ServiceContext,
  profile: DaemonProfile,
  collectionPath: string,
  request: StoreRequest,
  options: OperationOptions,
  isOnly = false,
): Promise<string> {
  let attempts = 0;
  const path = await context.sessions.use(async (session) => {
    attempts += 1;
    // @rule secret/left-behind-finished quirk#K9
    if (isOnly && attempts > 1) {
      const { hits } = await searchTarget(context, collectionPath, request, options);
      const left = await findSame(context, profile, hits, request.attributes, options);
      if (left !== undefined) return overwrite(context, profile, left, request, options);
    }
    const struct = await sealFor(session, request.secret, request.contentType, profile);
    const call = calls.createItem(collectionPath, request.label, request.attributes, struct);
    try {
      return await create(context, call, options, session.origin);
    } catch (error) {
      throw await explained(context, session, error, options);
    }
  }, options.signal);
  if (path !== undefined) return path;
  // It is made, and neither reply nor prompt named it: it can be told by its attributes.
  return afterChange('store', async () => {
    const { hits } = await searchTarget(context, collectionPath, request, options);
    const same = await findSame(context, profile, hits, request.attributes, options);
    if (same !== undefined) return same.path;
    throw secretServiceError('protocol', 'Collection.CreateItem', {
      detail: 'expected the item that was made, got none',
    });
  });
}

/**
 * A daemon may report a session that it forgot as a prompt that the user dismissed: then the session
 * is asked after by reading nothing with it. Any other answer leaves the dismissal as it is.
 */
async function explained(
  context: ServiceContext,
  session: Session,
  error: unknown,
  options: OperationOptions,
): Promise<unknown> {
  const isRefusal =
    isSecretServiceError(error, 'dismissed') || isSecretServiceError(error, 'no-prompter');
  if (!isRefusal) return error;
  // @rule secret/dismissed-or-forgotten quirk#P20
  const call = calls.getSecrets([], session.path);
  const callOptions = { signal: options.signal, origin: session.origin };
  const [asked] = await Promise.allSettled([context.peer.call(call, callOptions)]);
  const isForgotten = isRejected(asked) && isSecretServiceError(asked.reason, 'no-session');
  return isForgotten ? asked.reason : error;
}

/** One flight: the session, the collection behind the alias, its lock, and what matches. */
async function surveyTarget(
  context: ServiceContext,
  target: StoreTarget,
  request: StoreRequest,
  options: OperationOptions,
): Promise<Survey> {
  const signal = { signal: options.signal };
  const address = 'path' in target ? target.path : aliasPath(target.alias);
  // An alias that cannot stand in a path has to be resolved first.
  const start = address ?? (await resolve(context, target, options));
  const [resolved, isLocked, found, session] = await Promise.allSettled([
    'path' in target || address === undefined ? start : resolve(context, target, options),
    readLocked(context.peer, start, 'collection', signal),
    context.peer.call(calls.searchCollection(start, request.attributes), signal),
    untilAborted(context.sessions.open(), options.signal, 'Session'),
  ]);
  if (resolved.status === 'rejected') throw resolved.reason;
  // An alias that stands for nothing may have an object all the same.
  const isAbsent = isMissing(isLocked) || resolved.value === NO_OBJECT;
  if (isAbsent && 'alias' in target && target.alias === DEFAULT_ALIAS) {
    const again = await surveyAgain(context, resolved.value, request, options);
    if (again !== undefined) return again;
    return { collectionPath: await createDefaultCollection(context, options), hits: [] };
  }
  if (isLocked.status === 'rejected') throw isLocked.reason;
  // Nothing is stored without one: asking again would only take another deadline.
  if (session.status === 'rejected') throw session.reason;
  const collectionPath = resolved.value;
  if (isLocked.value) {
    await unlockObjects(context, [{ path: collectionPath, kind: 'collection' }], options);
    return searchTarget(context, collectionPath, request, options);
  }
  // @rule secret/missing-looked-at-again quirk#G20
  if (isMissing(found)) return searchTarget(context, collectionPath, request, options);
  if (found.status === 'rejected') throw found.reason;
  return { collectionPath, hits: readPathList(found.value, 'Collection.SearchItems') };
}

/** Looks once more at a collection that its alias names and that was missing all the same. */
async function surveyAgain(
  context: ServiceContext,
  path: string,
  request: StoreRequest,
  options: OperationOptions,
): Promise<Survey | undefined> {
  if (path === NO_OBJECT) return undefined;
  try {
    return await surveyTarget(context, { path }, request, options);
  } catch (error) {
    if (isSecretServiceError(error, 'not-found')) return undefined;
    throw error;
  }
}

async function searchTarget(
  context: ServiceContext,
  collectionPath: string,
  request: StoreRequest,
  options: OperationOptions,
): Promise<Survey> {
  const call = calls.searchCollection(collectionPath, request.attributes);
  const reply = await context.peer.call(call, { signal: options.signal });
  return { collectionPath, hits: readPathList(reply, 'Collection.SearchItems') };
}

/** Resolves an alias; a default that is not set is created later, so it is not an error here. */
async function resolve(
  context: ServiceContext,
  target: StoreTarget,
  options: OperationOptions,
): Promise<string> {
  if ('path' in target) return target.path;
  const reply = await context.peer.call(calls.readAlias(target.alias), { signal: options.signal });
  const path = readPath(reply, 'Service.ReadAlias');
  if (path !== NO_OBJECT || target.alias === DEFAULT_ALIAS) return path;
  throw secretServiceError('not-found', 'collection', { detail: 'no collection has this alias' });
}

function isMissing(result: PromiseSettledResult<unknown>): boolean {
  return result.status === 'rejected' && isSecretServiceError(result.reason, 'not-found');
}

interface FoundItem {
  readonly path: string;
  readonly properties: ItemProperties;
}

/** The item among the hits that has exactly these attributes; of several the one changed last. */
async function findSame(
  context: ServiceContext,
  profile: DaemonProfile,
  hits: readonly string[],
  attributes: ReadonlyMap<string, string>,
  options: OperationOptions,
): Promise<FoundItem | undefined> {
  const found = await Promise.all(hits.map((path) => readHit(context, path, options)));
  const wanted = asKept(profile, attributes);
  const isAdded = (name: string, value: string): boolean => isAddedAttribute(profile, name, value);
  return found
    .filter((item): item is FoundItem => item !== undefined)
    .filter((item) => isSameItem(wanted, item.properties.attributes, isAdded))
    .sort((a, b) => modifiedMs(b) - modifiedMs(a))[0];
}

async function readHit(
  context: ServiceContext,
  path: string,
  options: OperationOptions,
): Promise<FoundItem | undefined> {
  try {
    const signal = { signal: options.signal };
    return { path, properties: await readItemProperties(context.peer, path, signal) };
  } catch (error) {
    // Deleted by someone else between two flights: then it is no candidate.
    if (isSecretServiceError(error, 'not-found')) return undefined;
    throw error;
  }
}

function modifiedMs(item: FoundItem): number {
  return item.properties.modified?.getTime() ?? 0;
}

/** Writes into an item, secret and label in one flight. */
async function overwrite(
  context: ServiceContext,
  profile: DaemonProfile,
  item: FoundItem,
  request: StoreRequest,
  options: OperationOptions,
): Promise<string> {
  // It may be locked by itself, for this client alone, or have been since its collection was asked.
  // @rule secret/locked-item-unlocked quirk#P8
  if (item.properties.isLocked) {
    await unlockObjects(context, [{ path: item.path, kind: 'item' }], options);
  }
  // Where the caller's attributes say what the label is, another one would be another attribute.
  // @rule secret/label-attribute quirk#P4
  const hasOwn = request.attributes.has(profile.labelAttribute ?? '');
  const needsLabel = !hasOwn && item.properties.label !== request.label;
  const isRisky = needsLabel && isRiskyRelabel(profile, item.properties.label, request.label);
  await context.sessions.use(async (session) => {
    const struct = await sealFor(session, request.secret, request.contentType, profile);
    const callOptions = { signal: options.signal, origin: session.origin };
    const writes = [context.change(calls.setSecret(item.path, struct), callOptions)];
    // @rule secret/label-follows quirk#K11
    if (needsLabel && !isRisky) {
      writes.push(context.change(labelCall(item.path, 'item', request.label), callOptions));
    }
    const results = await Promise.allSettled(writes);
    const [failed] = results.filter(isRejected);
    if (failed === undefined) return;
    if (results.every(isRejected)) throw failed.reason;
    await afterChange('store', () => Promise.reject(failed.reason));
  }, options.signal);
  if (!isRisky) return item.path;
  return afterChange('store', () =>
    relabelSafely(context, profile, item.path, request.label, options),
  );
}

function isRejected(result: PromiseSettledResult<unknown>): result is PromiseRejectedResult {
  return result.status === 'rejected';
}

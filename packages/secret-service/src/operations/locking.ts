// Lock and unlock: the call, its prompt, and then the only answer that counts, which is what
// `Locked` reads afterwards. Daemons say "dismissed" after unlocking a part, say "done" after
// unlocking nothing, and answer alias paths with real ones: results are not compared, states are.
// https://specifications.freedesktop.org/secret-service/latest/ (Locking and Unlocking)

import {
  isSecretServiceError,
  type SecretServiceError,
  secretServiceError,
} from '../errors/errors.ts';
import { allItemsOf } from '../events/own-writes.ts';
import * as calls from '../protocol/calls.ts';
import { collectionPathOf, NO_OBJECT } from '../protocol/names.ts';
import { readPathsAndPrompt } from '../protocol/replies.ts';
import type { OperationOptions, ServiceContext } from './context.ts';
import { type ObjectKind, readLocked } from './properties.ts';

/** Something that can be locked. */
export interface Lockable {
  readonly path: string;
  readonly kind: ObjectKind;
}

/**
 * Unlocks objects; resolves once all of them read unlocked.
 *
 * @throws {@link LockedError} when prompts are not allowed, {@link PromptRequiredError} when there
 * is nobody to ask, {@link PromptDismissedError} when the user said no.
 */
export async function unlockObjects(
  context: ServiceContext,
  objects: readonly Lockable[],
  options: OperationOptions,
): Promise<void> {
  if (objects.length === 0) return;
  const refusal = await attempt(context, 'unlock', objects, options);
  const states = await Promise.all(objects.map((object) => isLocked(context, object, options)));
  // @rule secret/unlock-rereads quirk#P10
  if (!states.includes(true)) return;
  const { unlockAdvice } = await context.profile(options);
  if (refusal === undefined || refusal.code === 'prompt-required') {
    throw secretServiceError('locked', 'Service.Unlock', {
      advice: unlockAdvice,
      ...(refusal === undefined ? {} : { cause: refusal }),
    });
  }
  if (refusal.code !== 'no-prompter') throw refusal;
  throw secretServiceError('no-prompter', 'Service.Unlock', { advice: unlockAdvice });
}

/**
 * Locks objects; resolves once all of them read locked. Locking an item may lock its collection.
 *
 * @throws {@link PromptDismissedError} when the user said no, {@link PromptRequiredError},
 * {@link ItemNotFoundError} when one does not exist, {@link ProtocolError} with code `failed` when the
 * daemon says that it did and did not.
 */
export async function lockObjects(
  context: ServiceContext,
  objects: readonly Lockable[],
  options: OperationOptions,
): Promise<void> {
  if (objects.length === 0) return;
  // For an item that is gone, the collection in which it lay would be locked.
  // @rule secret/lock-only-what-exists quirk#G8
  const items = objects.filter(({ kind }) => kind === 'item');
  await Promise.all(items.map((item) => isHiddenOrLocked(context, item, options)));
  const refusal = await attempt(context, 'lock', objects, options);
  const states = await Promise.all(
    objects.map((object) => isHiddenOrLocked(context, object, options)),
  );
  if (!states.includes(false)) return;
  throw refusal ?? secretServiceError('failed', 'Service.Lock');
}

/** Makes the call and shows its prompt; gives the refusal instead of throwing it. */
async function attempt(
  context: ServiceContext,
  direction: 'lock' | 'unlock',
  objects: readonly Lockable[],
  options: OperationOptions,
): Promise<SecretServiceError | undefined> {
  const ask = (): Promise<void> => callAndPrompt(context, direction, objects, options);
  try {
    // Not even called before the one before is through: it may leave nothing to ask.
    await (direction === 'lock' ? ask() : context.askInTurn(questionOf(objects), ask, options));
    return undefined;
  } catch (error) {
    // What is locked already may be refused; what matters is how it reads afterwards.
    // @rule secret/lock-rereads quirk#K9
    if (isSecretServiceError(error) && REFUSALS.has(error.code)) return error;
    throw error;
  }
}

async function callAndPrompt(
  context: ServiceContext,
  direction: 'lock' | 'unlock',
  objects: readonly Lockable[],
  options: OperationOptions,
): Promise<void> {
  const paths = objects.map((object) => object.path);
  const subject = direction === 'lock' ? 'Service.Lock' : 'Service.Unlock';
  const call = direction === 'lock' ? calls.lock(paths) : calls.unlock(paths);
  const { reply, prompting } = await context.repeatable(async () => {
    const prompting = context.preparePrompt(options);
    const signal = { signal: options.signal };
    return { prompting, reply: await context.change(call, signal, () => touchedBy(objects)) };
  });
  const [, prompt] = readPathsAndPrompt(reply, subject);
  if (prompt === NO_OBJECT) return;
  const origin = context.peer.originOf(reply, subject);
  await context.prompts.perform(prompt, subject, prompting, origin);
}

/** What the user is asked: the items of one collection are unlocked with it. */
function questionOf(objects: readonly Lockable[]): string {
  const collections = objects.map(({ path, kind }) =>
    kind === 'item' ? collectionPathOf(path) : path,
  );
  return [...new Set(collections)].sort().join(' ');
}

const REFUSALS: ReadonlySet<string> = new Set([
  'dismissed',
  'no-prompter',
  'prompt-deadline',
  'prompt-required',
  'failed',
]);

/** Locking or unlocking anything may do the same to everything in its collection. */
function touchedBy(objects: readonly Lockable[]): string[] {
  return objects.flatMap(({ path, kind }) => {
    const collection = kind === 'item' ? collectionPathOf(path) : path;
    return [collection, allItemsOf(collection)];
  });
}

function isLocked(
  context: ServiceContext,
  object: Lockable,
  options: OperationOptions,
): Promise<boolean> {
  return readLocked(context.peer, object.path, object.kind, { signal: options.signal });
}

async function isHiddenOrLocked(
  context: ServiceContext,
  object: Lockable,
  options: OperationOptions,
): Promise<boolean> {
  try {
    return await isLocked(context, object, options);
  } catch (error) {
    if (object.kind !== 'item' || !isSecretServiceError(error, 'not-found')) throw error;
    if (await context.isHidden(object.path, { signal: options.signal })) return true;
    throw error;
  }
}

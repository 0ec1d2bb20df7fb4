// Creating and deleting, with the prompt that a daemon may want for it. A reply names either the
// object or a prompt; a prompt's result may name the object, in one of several types, or nothing.
// https://specifications.freedesktop.org/secret-service/latest/ (Prompts and Prompting)

import type { Origin } from '../daemon/peer.ts';
import { subjectOf } from '../daemon/peer.ts';
import { isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import type { CallSpec } from '../protocol/calls.ts';
import * as calls from '../protocol/calls.ts';
import { DEFAULT_ALIAS, NO_OBJECT } from '../protocol/names.ts';
import { pathsInResult, readChangedPath, readPathAndPrompt } from '../protocol/replies.ts';
import type { OperationOptions, ServiceContext } from './context.ts';
import { type ObjectKind, readLocked } from './properties.ts';
import { readDefault } from './search.ts';

/** The label of a default collection that has to be created. */
const DEFAULT_LABEL = 'Default keyring';

/**
 * Makes a call that creates an object, and shows its prompt if it raises one.
 *
 * @returns the object's path, or undefined when a prompt was accepted without naming it
 */
export async function create(
  context: ServiceContext,
  spec: CallSpec,
  options: OperationOptions,
  origin?: Origin,
): Promise<string | undefined> {
  const subject = subjectOf(spec);
  const prompting = context.preparePrompt(options);
  return context.writes.during(
    async () => {
      const reply = await context.write(spec, { signal: options.signal, origin });
      // @rule secret/object-or-prompt quirk#P1
      const [path, prompt] = readPathAndPrompt(reply, subject);
      if (prompt === NO_OBJECT) return path === NO_OBJECT ? undefined : path;
      const from = context.peer.originOf(reply, subject);
      const result = await context.prompts.perform(prompt, subject, prompting, from);
      return pathsInResult(result)[0];
    },
    (path) => (path === undefined ? [spec.path] : [spec.path, path]),
  );
}

/** Deletes an item or a collection, and shows the prompt for it if there is one. */
export async function deleteObject(
  context: ServiceContext,
  path: string,
  kind: ObjectKind,
  options: OperationOptions,
): Promise<void> {
  const spec = calls.deleteObject(path, kind);
  const subject = subjectOf(spec);
  const once = async (): Promise<void> => {
    const prompting = context.preparePrompt(options);
    const reply = await context.write(spec, { signal: options.signal });
    const prompt = readChangedPath(reply, subject);
    // What the prompt's result holds is not specified for Delete, and differs: it is not read.
    if (prompt === NO_OBJECT) return;
    const origin = context.peer.originOf(reply, subject);
    await context.prompts.perform(prompt, subject, prompting, origin);
  };
  // Two deletions of one object at once would both succeed, or end the daemon.
  // @rule secret/deletions-in-turn quirk#P17
  await context.writes.during(
    () => context.inTurn(path, once, options.signal),
    () => [path],
  );
}

/**
 * Refuses a write to something locked, on daemons that would report success and not do it.
 *
 * @throws {@link LockedError}
 */
export async function refuseIfLocked(
  context: ServiceContext,
  path: string,
  kind: ObjectKind,
  options: OperationOptions,
): Promise<void> {
  const profile = await context.profile(options);
  // @rule secret/locked-write-refused quirk#K14
  if (!profile.lockedWritesReportSuccess) return;
  if (!(await readLocked(context.peer, path, kind, { signal: options.signal }))) return;
  throw secretServiceError('locked', kind === 'item' ? 'Item' : 'Collection', {
    advice: profile.unlockAdvice,
  });
}

/**
 * Creates the default collection, which did not exist a moment ago. Who wants it at the same time
 * waits and takes what was made: the user would be asked twice, or make two.
 *
 * @throws {@link ItemNotFoundError} with code `no-default-collection` where that needs a prompt and
 * none is allowed, or where the daemon makes more of it than a prompt.
 */
export async function createDefaultCollection(
  context: ServiceContext,
  options: OperationOptions,
): Promise<string> {
  const profile = await context.profile(options);
  // @rule secret/no-blind-default quirk#P7
  if (!context.isInteractive(options) || !profile.createsDefaultCollection) {
    throw secretServiceError('no-default-collection', 'default collection', {
      advice: profile.noDefaultAdvice,
    });
  }
  // @rule secret/one-default quirk#G25
  return context.askInTurn(
    'default collection',
    async () => (await madeMeanwhile(context, options)) ?? makeDefault(context, options),
    options,
  );
}

async function makeDefault(context: ServiceContext, options: OperationOptions): Promise<string> {
  const call = calls.createCollection(DEFAULT_LABEL, DEFAULT_ALIAS);
  const made = await create(context, call, options).catch((error) =>
    advised(context, error, options),
  );
  const path = made ?? (await readDefault(context, options));
  if (path !== undefined) return path;
  throw secretServiceError('protocol', 'Service.CreateCollection', {
    detail: 'expected a collection after the prompt, got none',
    mayHaveHappened: true,
  });
}

/** Where nobody can be asked for the password of a new one, nothing is there to be unlocked. */
async function advised(
  context: ServiceContext,
  error: unknown,
  options: OperationOptions,
): Promise<never> {
  if (!isSecretServiceError(error, 'no-prompter')) throw error;
  const { noDefaultAdvice: advice } = await context.profile(options);
  const { mayHaveHappened } = error;
  throw secretServiceError(error.code, 'Service.CreateCollection', {
    cause: error,
    advice,
    mayHaveHappened,
  });
}

/** The default collection, if it is there by now: the alias may name one that is not. */
async function madeMeanwhile(
  context: ServiceContext,
  options: OperationOptions,
): Promise<string | undefined> {
  const path = await readDefault(context, options);
  if (path === undefined) return undefined;
  try {
    await readLocked(context.peer, path, 'collection', { signal: options.signal });
    return path;
  } catch (error) {
    if (isSecretServiceError(error, 'not-found')) return undefined;
    throw error;
  }
}

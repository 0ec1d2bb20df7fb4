// Collections by alias: reading, checking that they are there, setting, creating.
// https://specifications.freedesktop.org/secret-service/latest/ (Aliases)

import { afterChange, isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import type { OperationOptions, ServiceContext } from '../operations/context.ts';
import { create, createDefaultCollection } from '../operations/creation.ts';
import * as calls from '../protocol/calls.ts';
import { DEFAULT_ALIAS, NO_OBJECT } from '../protocol/names.ts';
import { readPath } from '../protocol/replies.ts';
import { checkAlias, checkText } from '../protocol/text.ts';
import { Collection } from './collection.ts';

/** Options of creating a collection. */
export interface CreateCollectionOptions extends OperationOptions {
  /** An alias for it; default: none. */
  readonly alias?: string | undefined;
}

/** Reads what an alias stands for; the object may not exist. */
export async function readAliasOf(
  context: ServiceContext,
  alias: string,
  options: OperationOptions,
): Promise<Collection | undefined> {
  checkAlias(alias);
  const path = await context.repeatable(async () => {
    const reply = await context.peer.call(calls.readAlias(alias), { signal: options.signal });
    return readPath(reply, 'Service.ReadAlias');
  });
  return path === NO_OBJECT ? undefined : new Collection(context, path);
}

/** Gives the collection of an alias if it exists: some daemons name one that is not there yet. */
export async function findCollection(
  context: ServiceContext,
  alias: string,
  options: OperationOptions,
): Promise<Collection | undefined> {
  const collection = await readAliasOf(context, alias, options);
  if (collection === undefined || !(await collection.exists(options))) return undefined;
  return collection;
}

/** Gives the default collection that exists, or says what to do about its absence. */
export async function existingDefault(
  context: ServiceContext,
  options: OperationOptions,
): Promise<Collection> {
  const collection = await findCollection(context, DEFAULT_ALIAS, options);
  if (collection !== undefined) return collection;
  const { noDefaultAdvice } = await context.profile(options);
  throw secretServiceError('no-default-collection', 'default collection', {
    advice: noDefaultAdvice,
  });
}

/** Gives the default collection, created if it is missing. */
export async function defaultCollection(
  context: ServiceContext,
  options: OperationOptions,
): Promise<Collection> {
  const collection = await findCollection(context, DEFAULT_ALIAS, options);
  return collection ?? new Collection(context, await createDefaultCollection(context, options));
}

/** See {@link SecretService.createCollection}. */
export async function createCollection(
  context: ServiceContext,
  label: string,
  options: CreateCollectionOptions,
): Promise<Collection> {
  checkText('label', label);
  const { alias = '' } = options;
  if (alias !== '') await refuseUnsettable(context, alias, options);
  const make = async (): Promise<Collection> => {
    // Some daemons ask for a new collection although the alias is taken.
    const existing = alias === '' ? undefined : await findCollection(context, alias, options);
    if (existing !== undefined) return existing;
    const path = await create(context, calls.createCollection(label, alias), options);
    if (path !== undefined) return new Collection(context, path);
    throw secretServiceError('protocol', 'Service.CreateCollection', {
      detail: 'expected a collection after the prompt, got none',
      mayHaveHappened: true,
    });
  };
  return context.askInTurn(JSON.stringify([label, alias]), make, options);
}

/** See {@link SecretService.setAlias}. */
export async function setAlias(
  context: ServiceContext,
  alias: string,
  collection: Collection | undefined,
  options: OperationOptions,
): Promise<void> {
  // Anything else would read as "remove the alias".
  if (collection !== undefined && !(collection instanceof Collection)) {
    throw secretServiceError('invalid-argument', 'collection', {
      detail: 'expected a Collection, or undefined to remove the alias',
    });
  }
  await refuseUnsettable(context, alias, options);
  const path = collection?.path ?? NO_OBJECT;
  try {
    await context.change(calls.setAlias(alias, path), { signal: options.signal });
  } catch (error) {
    // @rule secret/alias-removal quirk#O6
    if (collection !== undefined || !isSecretServiceError(error, 'not-found')) throw error;
    throw secretServiceError('not-supported', 'Service.SetAlias', {
      cause: error,
      detail: 'this daemon does not let an alias be removed',
    });
  }
  // @rule secret/alias-verified quirk#K10
  const found = await afterChange('Service.SetAlias', () => readAliasOf(context, alias, options));
  if ((found?.path ?? NO_OBJECT) === path) return;
  throw secretServiceError('not-supported', 'Service.SetAlias', {
    detail: 'the daemon said yes, and the alias reads as before',
  });
}

async function refuseUnsettable(
  context: ServiceContext,
  alias: string,
  options: OperationOptions,
): Promise<void> {
  checkAlias(alias);
  const { settableAliases } = await context.profile(options);
  // @rule secret/settable-aliases quirk#G6
  if (settableAliases === undefined || settableAliases.includes(alias)) return;
  throw secretServiceError('not-supported', 'alias', {
    detail: `this daemon lets only these be set: ${settableAliases.join(', ')}`,
  });
}

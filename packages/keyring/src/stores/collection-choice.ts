// Which collection of the keyring daemon is meant: by path, alias or label, or as a scheme says.

import {
  type Collection,
  DEFAULT_ALIAS,
  isSecretServiceError,
  type OperationOptions,
  type SecretService,
} from '@keywire/secret-service';
import { keyringError } from '../errors.ts';
import type { SchemeScope } from '../types/scheme.ts';

/**
 * Finds the collection that a caller named.
 *
 * @returns the collection, or the alias of the default one, which need not exist yet
 * @throws {@link KeyringError} with code `not-found` when nothing is called so
 */
export async function collectionChosen(
  service: SecretService,
  choice: string,
  how: OperationOptions,
): Promise<Collection | string> {
  if (choice === DEFAULT_ALIAS) return choice;
  if (choice.startsWith('/')) return service.collectionAt(choice);
  const found =
    (await service.collection(choice, how)) ?? (await collectionLabelled(service, choice, how));
  if (found !== undefined) return found;
  throw keyringError('not-found', 'collection', {
    detail: 'expected one with the given alias or label, got none',
    advice: 'look at "keywire list", or leave the collection out to use the default one',
  });
}

/** Where a scheme's programs store: in a collection called login, if there is one; else as usual. */
export async function collectionFor(
  service: SecretService,
  choice: string | undefined,
  scope: SchemeScope,
  how: OperationOptions,
): Promise<Collection | string> {
  if (choice !== undefined) return collectionChosen(service, choice, how);
  if (scope !== 'login') return DEFAULT_ALIAS;
  return (await service.collection('login', how)) ?? DEFAULT_ALIAS;
}

/** The first collection with a label; one that someone deletes meanwhile has none. */
export async function collectionLabelled(
  service: SecretService,
  label: string,
  how: OperationOptions,
): Promise<Collection | undefined> {
  const collections = await service.collections(how);
  const labels = await Promise.all(
    collections.map((collection) => collection.label(how).catch(ifGone)),
  );
  return collections[labels.indexOf(label)];
}

function ifGone(error: unknown): undefined {
  if (isSecretServiceError(error, 'not-found')) return undefined;
  throw error;
}

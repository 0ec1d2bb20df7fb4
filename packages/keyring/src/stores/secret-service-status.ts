// How the keyring daemon is: found out without a dialog and without changing anything.

import {
  type Collection,
  DEFAULT_ALIAS,
  isSecretServiceError,
  type OperationOptions,
  SESSION_ALIAS,
  type SecretService,
} from '@keywire/secret-service';
import type { BackendStatus } from '../types/backend.ts';
import { collectionChosen } from './collection-choice.ts';

/** What a provider of ours answers to when it keeps everything in memory; no other knows it. */
const VOLATILE_ALIAS = 'org.keywire.volatile';

/** Says whether the collection in use is there, locked, and outlives the session. */
export async function serviceStatus(
  service: SecretService,
  choice: string | undefined,
  how: OperationOptions,
): Promise<BackendStatus> {
  try {
    await service.ready();
    return await statusOf(service, choice ?? DEFAULT_ALIAS, how);
  } catch (error) {
    if (!isSecretServiceError(error) || error.code === 'aborted') throw error;
    const advice = error.advice === '' ? '' : `; ${error.advice}`;
    const description = `${error.message}${advice}`;
    return { state: 'unavailable', isPersistent: true, isEncrypted: true, description };
  }
}

async function statusOf(
  service: SecretService,
  choice: string,
  how: OperationOptions,
): Promise<BackendStatus> {
  const [family, chosen, session, volatile] = await Promise.all([
    service.daemon(),
    collectionChosen(service, choice, how),
    service.readAlias(SESSION_ALIAS, how),
    service.readAlias(VOLATILE_ALIAS, how),
  ]);
  const collection = typeof chosen === 'string' ? await service.collection(chosen, how) : chosen;
  const isOfSession = collection !== undefined && collection.path === session?.path;
  const isPersistent = volatile === undefined && !isOfSession;
  const isLocked = collection === undefined || (await collection.isLocked(how));
  return {
    state: isLocked ? 'locked' : 'ready',
    isPersistent,
    isEncrypted: true,
    description: `${daemonName(family)}, ${stateOf(collection, isLocked)}`,
  };
}

function daemonName(family: string): string {
  return family === 'generic' ? 'the Secret Service of this session' : family;
}

function stateOf(collection: Collection | undefined, isLocked: boolean): string {
  if (collection === undefined) return 'no default collection: storing creates one, with a dialog';
  return isLocked ? 'locked' : 'unlocked';
}

// Every operation, for tests that kill the daemon at every call of it: how to run it, how to see on a
// keyring that it was done, and how the daemon dies.

import process from 'node:process';
import type { Keyring } from '../../../../test-fixtures/src/index.ts';
import type { Item, SecretService } from '../../src/index.ts';

/** What may be said of an operation whose daemon died: nothing else fits. */
export const VANISHED: readonly string[] = ['owner-changed', 'unavailable'];

export interface Stage {
  readonly service: SecretService;
  /** An item with the attributes `app: kept`, the label `kept` and the secret `old`. */
  readonly item: Item;
}

export interface Operation {
  readonly run: (stage: Stage) => Promise<unknown>;
  /** Whether the keyring shows that it was done. */
  readonly isDone?: (service: SecretService) => Promise<boolean>;
}

export const count = async (service: SecretService, app: string): Promise<number> => {
  const { unlocked } = await service.searchItems({ app });
  return unlocked.length;
};
const keptItem = async (service: SecretService): Promise<Item | undefined> =>
  (await service.searchItems({ app: 'kept' })).unlocked[0];
export const keptSecret = async (service: SecretService): Promise<string | undefined> =>
  (await service.lookup({ app: 'kept' }))?.text();

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  lookup: { run: ({ service }) => service.lookup({ app: 'kept' }) },
  'searchItems, load': {
    run: ({ service }) => service.searchItems({ app: 'kept' }, { loadSecrets: true }),
  },
  getSecrets: { run: ({ service, item }) => service.getSecrets([item]) },
  collections: { run: ({ service }) => service.collections() },
  defaultCollection: { run: ({ service }) => service.defaultCollection() },
  'item.properties': { run: ({ item }) => item.properties() },
  'store, new': {
    run: ({ service }) => service.store('new', { app: 'new' }, 'new'),
    isDone: async (service) => (await count(service, 'new')) === 1,
  },
  'store, over': {
    run: ({ service }) => service.store('kept', { app: 'kept' }, 'new'),
    isDone: async (service) => (await keptSecret(service)) === 'new',
  },
  clear: {
    run: ({ service }) => service.clear({ app: 'kept' }),
    isDone: async (service) => (await count(service, 'kept')) === 0,
  },
  'item.setSecret': {
    run: ({ item }) => item.setSecret('new'),
    isDone: async (service) => (await keptSecret(service)) === 'new',
  },
  'item.setLabel': {
    run: ({ item }) => item.setLabel('new'),
    isDone: async (service) => (await (await keptItem(service))?.label()) === 'new',
  },
  'item.setAttributes': {
    run: ({ item }) => item.setAttributes({ app: 'kept', more: 'new' }),
    isDone: async (service) =>
      (await (await keptItem(service))?.attributes())?.get('more') === 'new',
  },
  'item.delete': {
    run: ({ item }) => item.delete(),
    isDone: async (service) => (await count(service, 'kept')) === 0,
  },
  lock: { run: ({ service }) => service.lock() },
  unlock: { run: ({ service }) => service.unlock() },
  setAlias: {
    run: async ({ service }) => service.setAlias('default', await service.defaultCollection()),
  },
};

/** How the daemon dies at a call; `after` is when the operation is done. */
export const WAYS = ['before', 'under way', 'after'] as const;

export type Way = (typeof WAYS)[number];

/** The call leaves to a daemon that does not answer any more, and then is gone. */
export async function stopAndKill(keyring: Keyring): Promise<void> {
  process.kill(keyring.pid, 'SIGSTOP');
  // The call is written when this turn of the event loop ends, which is before the kill.
  await new Promise((resolve) => setImmediate(resolve));
  await keyring.kill();
}

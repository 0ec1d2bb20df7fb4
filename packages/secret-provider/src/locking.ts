/**
 * Locking and unlocking. The unit is the collection: an item stands for the collection it lies in.
 * Unlocking always needs a prompt here; whoever asked learns from it which objects are open now.
 * https://specifications.freedesktop.org/secret-service/latest/#object-locking
 */
import { Variant } from '@keywire/dbus-wire';
import { NO_OBJECT } from './names.ts';
import type { Provider } from './provider.ts';
import type { StoredCollection } from './store.ts';

type LockResult = readonly [done: readonly string[], prompt: string];

/** Locks what can be locked; unknown paths are left out of the answer. */
export function lockObjects(
  provider: Provider,
  _caller: string,
  paths: readonly string[],
): Promise<LockResult> {
  return provider.change(async () => {
    const done: string[] = [];
    for (const path of paths) {
      const collection = provider.locate(path)?.collection;
      if (collection === undefined) continue;
      if (!collection.isLocked) {
        await collection.lock();
        provider.lockChanged(collection);
      }
      done.push(path);
    }
    return [done, NO_OBJECT];
  });
}

/** Answers with what is open already, and a prompt for the rest. */
export async function unlockObjects(
  provider: Provider,
  caller: string,
  paths: readonly string[],
): Promise<LockResult> {
  const open: string[] = [];
  const closed = new Map<string, StoredCollection>();
  for (const path of paths) {
    const collection = provider.locate(path)?.collection;
    if (collection === undefined) continue;
    if (collection.isLocked) closed.set(path, collection);
    else open.push(path);
  }
  const collections = [...new Set(closed.values())];
  const [first] = collections;
  if (first === undefined) return [open, NO_OBJECT];
  for (const collection of collections) await provider.authorize('unlock', caller, { collection });
  const prompt = provider.prompts.add(caller, {
    request: {
      action: 'unlock',
      label: collections.map(({ label }) => label).join(', '),
      needsPassword: collections.some(({ needsPassword }) => needsPassword),
    },
    script: collections.find(({ promptScript }) => promptScript !== undefined)?.promptScript,
    dismissed: new Variant('ao', []),
    wrongType: new Variant('s', 'unlocked'),
    perform: async (password) => {
      const isRight = await unlockAll(provider, collections, password);
      if (!isRight) return 'wrong-password';
      return new Variant(
        'ao',
        [...closed].filter(([, { isLocked }]) => !isLocked).map(([path]) => path),
      );
    },
  });
  return [open, prompt];
}

async function unlockAll(
  provider: Provider,
  collections: readonly StoredCollection[],
  password: Uint8Array | undefined,
): Promise<boolean> {
  return provider.change(async () => {
    for (const collection of collections) {
      if (!collection.isLocked) continue;
      if (!(await collection.unlock(password))) return false;
      provider.lockChanged(collection);
    }
    return true;
  });
}

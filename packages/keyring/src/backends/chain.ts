// Several backends as one: an entry is read from the first that has it, and stored in the first that
// stores. Only "not supported" passes a change on, and only where the backend has no such entry, which
// would answer the next read: a locked or broken backend is never gone around.

import { isKeyringError, keyringError } from '../errors.ts';
import type {
  Backend,
  BackendOptions,
  BackendStatus,
  EntryFilter,
  EntryKey,
  FoundEntry,
  SetOptions,
} from '../types/backend.ts';

/**
 * Makes one backend of several: entries are read from the first that has them, stored in the first that
 * stores, and deleted from all.
 *
 * @throws {@link KeyringError} with code `invalid-argument` for no backends
 */
export function chainBackend(links: readonly Backend[]): Backend {
  if (links.length === 0) {
    throw keyringError('invalid-argument', 'backend chain', {
      detail: 'expected at least one backend, got none',
    });
  }
  return new ChainBackend(links);
}

class ChainBackend implements Backend {
  readonly name: string;
  readonly #links: readonly Backend[];

  constructor(links: readonly Backend[]) {
    this.name = `chain(${links.map((link) => link.name).join(', ')})`;
    this.#links = links;
  }

  async get(key: EntryKey, options: BackendOptions = {}): Promise<Uint8Array | undefined> {
    for (const link of this.#links) {
      const secret = await link.get(key, options);
      if (secret !== undefined) return secret;
    }
    return undefined;
  }

  async set(key: EntryKey, secret: Uint8Array, options: SetOptions = {}): Promise<void> {
    for (const link of this.#links) {
      if (await isDone(link, key, options, () => link.set(key, secret, options))) return;
    }
    throw keyringError('not-supported', this.name, { detail: 'none of them stores' });
  }

  /** From all of them: the next would answer otherwise. */
  async delete(key: EntryKey, options: BackendOptions = {}): Promise<number> {
    let deleted = 0;
    for (const link of this.#links) {
      await isDone(link, key, options, async () => {
        deleted += await link.delete(key, options);
      });
    }
    return deleted;
  }

  /** Of entries with the same key the first backend's counts, as for `get`. */
  async search(filter: EntryFilter, options: BackendOptions = {}): Promise<FoundEntry[]> {
    const entries = new Map<string, FoundEntry>();
    for (const link of this.#links) {
      for (const entry of await link.search(filter, options)) {
        const name = JSON.stringify([entry.service, entry.username, entry.group]);
        if (entries.has(name)) entry.secret.fill(0);
        else entries.set(name, entry);
      }
    }
    return [...entries.values()].sort((a, b) => (b.modifiedMs ?? 0) - (a.modifiedMs ?? 0));
  }

  /** As good as the first, which is where things are stored. */
  async status(options: BackendOptions = {}): Promise<BackendStatus> {
    const states = await Promise.all(this.#links.map((link) => link.status(options)));
    const [first] = states;
    if (first === undefined) throw new Error('internal error: a chain without links');
    const description = states.map(
      (state, index) => `${this.#links[index]?.name}: ${state.description}`,
    );
    return { ...first, description: description.join('; ') };
  }

  async close(): Promise<void> {
    const closing = this.#links.map(async (link) => link.close?.());
    await Promise.allSettled(closing);
    await Promise.all(closing);
  }
}

/** Whether a link made a change; false where it makes none, and has no entry that was to be changed. */
async function isDone(
  link: Backend,
  key: EntryKey,
  options: BackendOptions,
  change: () => Promise<void>,
): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    const isUnsupported =
      isKeyringError(error, 'not-supported') || isKeyringError(error, 'scheme-read-only');
    if (!isUnsupported) throw error;
    // @rule keyring/chain-hides-nothing keywire#five-outcomes
    const kept = await link.get(key, { signal: options.signal, interactive: options.interactive });
    kept?.fill(0);
    if (kept !== undefined) throw error;
    return false;
  }
}

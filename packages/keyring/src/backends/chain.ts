// Several backends as one: an entry is read from the first that has it, and stored in the first that
// stores. Only "not supported" passes a change on: a locked or broken backend is never gone around.

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
      if (await isSupported(() => link.set(key, secret, options))) return;
    }
    throw keyringError('not-supported', this.name, { detail: 'none of them stores' });
  }

  /** From all of them: the next would answer otherwise. */
  async delete(key: EntryKey, options: BackendOptions = {}): Promise<number> {
    let deleted = 0;
    for (const link of this.#links) {
      await isSupported(async () => {
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

async function isSupported(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isKeyringError(error, 'not-supported') || isKeyringError(error, 'scheme-read-only')) {
      return false;
    }
    throw error;
  }
}

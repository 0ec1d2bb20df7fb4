/**
 * MSAL's cache plugin. An access that reads takes no lock, and reads only what is new from the disk; one that
 * writes takes the lock, reads again what others have saved, lets MSAL change it, and saves. A lock is
 * released by the access that took it, and by no other.
 */
import type { CrossProcessLock } from '@keywire/file-lock';
import { emptyDocument, parseDocument } from '../cache/cache-document.ts';
import { isPersistenceError, PersistenceNotFound } from '../errors.ts';
import { nowMs } from '../io/clock.ts';
import { acquireCacheLock, type CacheLockOptions, cacheLockPath } from '../sharing/cache-lock.ts';
import { SharedText } from '../sharing/shared-text.ts';
import type {
  CrossPlatformLockOptions,
  ICachePlugin,
  IPersistence,
  ISerializableTokenCache,
  TokenCacheContext,
} from '../types/msal.ts';
import type { Persistence } from '../types/persistence.ts';
import { asMsalError } from './errors.ts';
import { MsalPersistence } from './persistence.ts';

/** Keeps MSAL's cache in a persistence that other processes use as well. */
export class PersistenceCachePlugin implements ICachePlugin {
  readonly persistence: IPersistence;
  readonly lockFilePath: string;
  /** When the cache was last read or saved, in milliseconds since 1970; for display only. */
  lastSync = 0;
  /** The text of the cache as last read or saved. */
  currentCache: string | null = null;
  readonly #inner: Persistence;
  readonly #shared: SharedText<unknown>;
  readonly #lockOptions: CacheLockOptions;
  readonly #locks = new WeakMap<TokenCacheContext, CrossProcessLock>();
  /** Caches in memory that hold what was given to them, or saved. */
  readonly #given = new WeakSet<ISerializableTokenCache>();
  /** Caches in memory that MSAL is changing right now: nothing may be put in their place. */
  readonly #beingChanged = new Map<ISerializableTokenCache, number>();
  /** Settles when the save that is under way has ended. */
  #saving: Promise<void> = Promise.resolve();
  #saves = 0;

  /** @param persistence - of this module, or of the program's own */
  constructor(persistence: IPersistence, lockOptions?: CrossPlatformLockOptions) {
    this.persistence = persistence;
    this.#inner =
      persistence instanceof MsalPersistence ? persistence.persistence : adapted(persistence);
    this.lockFilePath = cacheLockPath(this.#inner.location);
    this.#lockOptions =
      lockOptions === undefined
        ? {}
        : { lockTimeoutMs: lockOptions.retryNumber * lockOptions.retryDelay };
    this.#shared = new SharedText(
      this.#inner,
      this.#lockOptions,
      (text, location) => parseDocument(text, location),
      emptyDocument,
    );
  }

  async beforeCacheAccess(context: TokenCacheContext): Promise<void> {
    try {
      if (context.cacheHasChanged) await this.#beginWriting(context);
      else await this.#read(context.tokenCache);
    } catch (error) {
      throw asMsalError(error, this.#inner.kind);
    }
  }

  async afterCacheAccess(context: TokenCacheContext): Promise<void> {
    const lock = this.#locks.get(context);
    // Without a lock there is nothing to save: it only read, or could not begin.
    if (lock === undefined) return;
    this.#locks.delete(context);
    try {
      await this.#finishWriting(context, lock);
    } catch (error) {
      throw asMsalError(error, this.#inner.kind);
    }
  }

  async #read(cache: ISerializableTokenCache): Promise<void> {
    for (;;) {
      if (this.#beingChanged.has(cache)) return;
      await this.#saving;
      const saves = this.#saves;
      const { text } = await this.#shared.read();
      // Read while this very plugin saved: its refresh tokens may be used up by now.
      // @rule token/msal-reads-after-saving keywire#token-cache
      if (saves !== this.#saves) continue;
      // It may have begun to be changed while this was read.
      if (!this.#beingChanged.has(cache)) this.#give(cache, text);
      return;
    }
  }

  async #beginWriting(context: TokenCacheContext): Promise<void> {
    const lock = await acquireCacheLock(this.#inner.location, this.#lockOptions);
    try {
      // @rule token/msal-reread keywire#token-cache
      const text = await loadWhole(this.#inner);
      this.#give(context.tokenCache, text);
    } catch (error) {
      await lock.release().catch(ignore);
      throw error;
    }
    this.#locks.set(context, lock);
    this.#count(context.tokenCache, 1);
  }

  async #finishWriting({ tokenCache }: TokenCacheContext, lock: CrossProcessLock): Promise<void> {
    const saved = this.#save(tokenCache, lock);
    this.#saving = saved.catch(ignore);
    await saved;
  }

  async #save(cache: ISerializableTokenCache, lock: CrossProcessLock): Promise<void> {
    this.#saves += 1;
    // What was not saved is not to be seen.
    this.#given.add(cache);
    try {
      const text = this.#changed(cache);
      await lock.assertHeld();
      await this.#inner.save(text);
      this.#note(text);
    } catch (error) {
      await lock.release().catch(ignore);
      throw error;
    }
    await lock.release();
  }

  #changed(cache: ISerializableTokenCache): string {
    try {
      return cache.serialize();
    } finally {
      this.#count(cache, -1);
    }
  }

  /**
   * Puts what is kept into a cache in memory, also what it was given or has saved before: MSAL empties it
   * or goes back to the text that it was given last, without a word, before it looks for a token.
   */
  // @rule token/msal-given-anew keywire#token-cache
  #give(cache: ISerializableTokenCache, text: string | undefined): void {
    // Nothing kept: a cache that was never given anything may have its own beginnings.
    if (text === undefined && !this.#given.has(cache)) return;
    const next = text ?? '{}';
    cache.deserialize(next);
    this.#given.add(cache);
    this.#note(next);
  }

  #note(text: string): void {
    this.currentCache = text;
    this.lastSync = nowMs();
  }

  #count(cache: ISerializableTokenCache, step: 1 | -1): void {
    const count = (this.#beingChanged.get(cache) ?? 0) + step;
    if (count === 0) this.#beingChanged.delete(cache);
    else this.#beingChanged.set(cache, count);
  }
}

/** That a lock could not be given back either does not say more than what went wrong under it. */
function ignore(): void {}

/** Loads under the lock; what is no cache is an error before MSAL sees it. */
async function loadWhole(persistence: Persistence): Promise<string | undefined> {
  let text: string;
  try {
    text = await persistence.load();
  } catch (error) {
    if (isPersistenceError(error, 'not-found')) return undefined;
    throw error;
  }
  if (text === '') return undefined;
  parseDocument(text, persistence.location);
  return text;
}

/** A program's own persistence; without versions it is loaded for each access. */
function adapted(own: IPersistence): Persistence {
  const location = own.getFilePath();
  return {
    kind: 'backend',
    isEncrypted: false,
    location,
    save: (content) => own.save(content),
    async load() {
      const text = await own.load();
      // Nothing kept is `undefined` to some.
      if (text === null || text === undefined) throw new PersistenceNotFound(location);
      return text;
    },
    delete: () => own.delete(),
    timeLastModified: async () => Number.NaN,
    version: async () => undefined,
    async trialRun() {
      await own.verifyPersistence();
    },
  };
}

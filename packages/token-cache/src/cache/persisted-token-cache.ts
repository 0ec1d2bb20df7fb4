/**
 * A token cache of MSAL's schema that many processes share. Each change is made to what the others
 * have saved meanwhile; reads take no lock.
 */

import { watchFile } from '@keywire/file-lock';
import type { CallOptions } from '../abort.ts';
import { createFolderOf } from '../io/files.ts';
import { type CacheLockOptions, cacheLockPath } from '../sharing/cache-lock.ts';
import { SharedText } from '../sharing/shared-text.ts';
import type { Persistence } from '../types/persistence.ts';
import {
  addEntry,
  type CacheDocument,
  type CacheEntry,
  type CredentialType,
  emptyDocument,
  formatDocument,
  mergeDocuments,
  parseDocument,
  removeEntry,
  searchDocument,
} from './cache-document.ts';

/** Where the lock of a cache lies, and how long to wait for it. */
export type PersistedTokenCacheOptions = CacheLockOptions;

/** What {@link PersistedTokenCache.changes} takes. */
export interface ChangesOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

/** How often to look where the file system tells of no changes. */
const LOOK_AGAIN_MS = 1000;

/**
 * A token cache of MSAL's schema that many processes share. Calls may overlap; they reject with
 * {@link PersistenceError}, and with {@link LockError} where the lock cannot be had.
 */
export class PersistedTokenCache {
  readonly persistence: Persistence;
  /** Whether what is kept is encrypted at rest. */
  readonly isEncrypted: boolean;
  readonly lockLocation: string;
  readonly #shared: SharedText<CacheDocument>;
  /** What was last read from, or written to, the persistence. */
  #base: CacheDocument = emptyDocument();
  /** The same with what `deserialize` brought and `publish` has not saved yet. */
  #current: CacheDocument = emptyDocument();

  /** @throws `TypeError` for an option that there is not */
  constructor(persistence: Persistence, options: PersistedTokenCacheOptions = {}) {
    this.persistence = persistence;
    this.isEncrypted = persistence.isEncrypted;
    this.lockLocation = cacheLockPath(persistence.location, options);
    this.#shared = new SharedText(persistence, options, parseDocument, emptyDocument);
  }

  /**
   * Finds the entries of a type that have all given fields; `target` is a set of scopes that an entry
   * must have all of. Nothing kept yet is nothing found.
   *
   * @throws `PersistenceError` with code `malformed` for what is no cache, and those of `load`
   */
  async search(
    type: CredentialType,
    fields: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<CacheEntry[]> {
    await this.reload(options);
    return searchDocument(this.#current, type, fields);
  }

  /** Puts an entry in, under the key that MSAL's schema makes of its fields. */
  async add(type: CredentialType, entry: CacheEntry, options: CallOptions = {}): Promise<void> {
    await this.#update(
      (document) => ({ document: addEntry(document, type, entry), result: undefined }),
      options,
    );
  }

  /** Takes an entry out; false when it was not there. */
  async remove(
    type: CredentialType,
    entry: CacheEntry,
    options: CallOptions = {},
  ): Promise<boolean> {
    return this.#update((document) => {
      const { document: next, removed } = removeEntry(document, type, entry);
      return { document: removed > 0 ? next : undefined, result: removed > 0 };
    }, options);
  }

  /** Replaces an entry by itself with changes, whether or not it was there; gives the new one. */
  async modify(
    type: CredentialType,
    entry: CacheEntry,
    changes: CacheEntry,
    options: CallOptions = {},
  ): Promise<CacheEntry> {
    const next = { ...entry, ...changes };
    return this.#update(
      (document) => ({
        document: addEntry(removeEntry(document, type, entry).document, type, next),
        result: next,
      }),
      options,
    );
  }

  /** The text of the cache in memory, as last read. */
  serialize(): string {
    return formatDocument(this.#current);
  }

  /**
   * Puts another text in place of the cache in memory; `publish` saves it.
   *
   * @throws `PersistenceError` with code `malformed`; the cache in memory stays as it was
   */
  deserialize(text: string): void {
    this.#current = text === '' ? emptyDocument() : parseDocument(text, this.persistence.location);
  }

  /** Saves what `deserialize` brought, merged entry by entry with what others have saved. */
  async publish(options: CallOptions = {}): Promise<void> {
    await this.#update((document) => ({ document, result: undefined }), options);
  }

  /** Reads what others have saved; true when it is something new. */
  async reload(options: CallOptions = {}): Promise<boolean> {
    const { value } = await this.#shared.read(options);
    if (value === this.#base) return false;
    const before = formatDocument(this.#base);
    this.#current = mergeDocuments(this.#base, this.#current, value);
    this.#base = value;
    return formatDocument(value) !== before;
  }

  /**
   * Counts the changes that others, or this process, have saved: a number for each, after it has been
   * read. Several in quick succession count as one.
   */
  async *changes({ signal }: ChangesOptions = {}): AsyncGenerator<number, void, undefined> {
    const stop = signal ?? new AbortController().signal;
    await createFolderOf(this.persistence.location);
    const watcher = watchFile(this.persistence.location);
    try {
      let seen = (await this.#shared.read()).text;
      for (let count = 1; !stop.aborted; ) {
        await watcher.changed(LOOK_AGAIN_MS, stop);
        if (stop.aborted) return;
        const { text } = await this.#shared.read();
        if (text === seen) continue;
        seen = text;
        await this.reload();
        yield count;
        count += 1;
      }
    } finally {
      watcher.close();
    }
  }

  /** Changes what is kept, together with what is not published yet. */
  async #update<Result>(
    change: (document: CacheDocument) => {
      readonly document: CacheDocument | undefined;
      readonly result: Result;
    },
    options: CallOptions,
  ): Promise<Result> {
    const [base, current] = [this.#base, this.#current];
    const { document, result } = await this.#shared.update((stored) => {
      const merged = mergeDocuments(base, current, stored);
      const changed = change(merged);
      const next = changed.document ?? merged;
      const isSame = formatDocument(next) === formatDocument(stored);
      return {
        text: isSame ? undefined : formatDocument(next),
        result: { document: next, result: changed.result },
      };
    }, options);
    // What another call brought meanwhile is not lost.
    this.#current = mergeDocuments(current, this.#current, document);
    this.#base = document;
    return result;
  }
}

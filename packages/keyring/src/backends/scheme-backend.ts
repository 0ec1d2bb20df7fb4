// A backend made of a store of attributes and a list of schemes: reads whatever one of them wrote,
// writes as the first. What `get` could give, `set` replaces and `delete` deletes: the three go by
// the same rule of what an entry is.

import { throwIfAborted } from '../abort.ts';
import {
  checkFilter,
  checkKey,
  checkText,
  isSameKey,
  matchesFilter,
} from '../entries/entry-key.ts';
import { checkSecret } from '../entries/secret-bytes.ts';
import { cannotTell, type KeyringError, keyringError, toKeyringError } from '../errors.ts';
import { checkWritable } from '../schemes/scheme.ts';
import type { AttributeStore, StoreEvent, StoreItem } from '../types/attribute-store.ts';
import type {
  Backend,
  BackendEvent,
  BackendOptions,
  BackendStatus,
  EntryFilter,
  EntryKey,
  FoundEntry,
  SetOptions,
} from '../types/backend.ts';
import type { Scheme } from '../types/scheme.ts';
import { areAlike, compareNewestFirst, entryOf, type Hit, uniqueHits } from './entry-hits.ts';
import { Turns } from './turns.ts';

export interface SchemeBackendOptions {
  readonly name: string;
  readonly store: AttributeStore;
  /** At least one; the first is the one that is written. */
  readonly schemes: readonly Scheme[];
  /**
   * What to do with several entries of one key. Default: the newest wins. `refuse-unlike`: so it
   * does where they have the same attributes, as those have that two programs made at once.
   */
  readonly several?: 'newest' | 'refuse' | 'refuse-unlike' | undefined;
  /**
   * Schemes whose items are left alone, also where one of `schemes` knows them: those that they find, in
   * the collections in which they look. Default: none.
   */
  readonly excluding?: readonly Scheme[] | undefined;
  /** Whether schemes that are opt-in may be written. Default: false. */
  readonly allowForeignWrites?: boolean | undefined;
}

/** What is looked for in one scheme. */
interface Wanted {
  readonly filter: EntryFilter;
  matches(key: EntryKey): boolean;
}

const COMPLETE = { isComplete: true, isRead: false };
const READ = { isComplete: false, isRead: true };

export class SchemeBackend implements Backend {
  readonly name: string;
  readonly #store: AttributeStore;
  readonly #schemes: readonly Scheme[];
  readonly #writer: Scheme;
  readonly #options: SchemeBackendOptions;
  readonly #turns = new Turns();

  constructor(options: SchemeBackendOptions) {
    const [writer] = options.schemes;
    if (writer === undefined) {
      throw keyringError('invalid-argument', 'scheme', { detail: 'expected one, got none' });
    }
    this.name = options.name;
    this.#store = options.store;
    this.#schemes = options.schemes;
    this.#writer = writer;
    this.#options = options;
  }

  get(key: EntryKey, options: BackendOptions = {}): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#run(options, async () => {
      this.#checkKey(key);
      for (const scheme of this.#schemes) {
        const secret = await this.#readNewest(scheme, key, options);
        if (secret !== undefined) return secret;
      }
      return undefined;
    });
  }

  set(key: EntryKey, secret: Uint8Array, options: SetOptions = {}): Promise<void> {
    return this.#run(options, async () => {
      this.#checkKey(key);
      checkSecret(secret);
      checkTexts(options);
      const scheme = this.#writer;
      checkWritable(scheme, this.#options);
      const wrapped = scheme.wrap(secret);
      try {
        await this.#turns.take(
          this.#turnOf(key),
          () => this.#setIn(scheme, key, wrapped, options),
          options.signal,
        );
      } finally {
        wrapped.fill(0);
      }
    });
  }

  delete(key: EntryKey, options: BackendOptions = {}): Promise<number> {
    return this.#run(options, async () => {
      this.#checkKey(key);
      const remove = async (): Promise<number> => {
        const found: Hit[] = [];
        for (const scheme of this.#schemes) {
          found.push(...(await this.#find(scheme, this.#keyed(scheme, key), COMPLETE, options)));
        }
        const hits = uniqueHits(found);
        // All or nothing: what cannot be deleted would answer the next `get`.
        for (const { scheme } of hits) checkWritable(scheme, this.#options);
        let deleted = 0;
        for (const { item } of hits) {
          if (await this.#store.remove(item, options)) deleted += 1;
        }
        return deleted;
      };
      return this.#turns.take(this.#turnOf(key), remove, options.signal);
    });
  }

  search(filter: EntryFilter, options: BackendOptions = {}): Promise<readonly FoundEntry[]> {
    return this.#run(options, async () => {
      checkFilter(filter);
      const found: Hit[] = [];
      for (const scheme of this.#schemes) {
        const asStored = this.#asStored(scheme, filter);
        const wanted = { filter, matches: (key: EntryKey) => matchesFilter(key, asStored) };
        found.push(...(await this.#find(scheme, wanted, COMPLETE, options)));
      }
      const hits = uniqueHits(found).sort(compareNewestFirst);
      const items = hits.map(({ item }) => item);
      const secrets = await this.#store.read(items, options);
      try {
        return hits.flatMap((hit) => entryOf(hit, secrets.get(hit.item.id)));
      } finally {
        for (const secret of secrets.values()) secret.fill(0);
      }
    });
  }

  status(options: BackendOptions = {}): Promise<BackendStatus> {
    return this.#run(options, () => this.#store.status(options));
  }

  events(options: BackendOptions = {}): AsyncIterable<BackendEvent> {
    try {
      const events = this.#store.events?.(options);
      if (events !== undefined) return this.#follow(events);
    } catch (error) {
      throw this.#translated(error);
    }
    throw cannotTell(this.name);
  }

  async *#follow(events: AsyncIterable<StoreEvent>): AsyncGenerator<BackendEvent> {
    // What is deleted can often no longer say what it was: by what was told of it before.
    const known = new Map<string, EntryKey>();
    try {
      for await (const { type, id, attributes, isOwn } of events) {
        const entry = attributes === undefined ? known.get(id) : this.#keyOf(attributes);
        if (attributes !== undefined && entry === undefined) continue;
        if (entry !== undefined) known.set(id, entry);
        if (type === 'deleted') known.delete(id);
        yield { type, isOwn, ...(entry === undefined ? {} : { entry }) };
      }
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  /** Every call ends as this package's errors say, and none begins after an abort. */
  async #run<T>(options: BackendOptions, work: () => Promise<T>): Promise<T> {
    throwIfAborted(options.signal, `backend ${this.name}`);
    try {
      return await work();
    } catch (error) {
      throw this.#translated(error);
    }
  }

  #translated(error: unknown): KeyringError {
    return toKeyringError(this.#store.translate(error), this.name);
  }

  async #setIn(
    scheme: Scheme,
    key: EntryKey,
    secret: Uint8Array,
    options: SetOptions,
  ): Promise<void> {
    const hits = await this.#find(scheme, this.#keyed(scheme, key), COMPLETE, options);
    this.#refuseSeveral(hits);
    const { contentType } = options;
    // Of two entries that were made at once, a reader of another kind may see the other one: all
    // entries of the key are set, so that it does not matter which.
    const update = { secret, contentType, label: options.label };
    let updated = 0;
    for (const { item } of hits.reverse()) {
      if (await this.#store.update(item, update, options)) updated += 1;
    }
    if (updated > 0) return;
    const label = options.label ?? scheme.label(key, options.app);
    const attributes = scheme.attributes(key);
    const item = { label, attributes, secret, contentType, scope: scheme.scope };
    await this.#store.create(item, options);
  }

  async #readNewest(
    scheme: Scheme,
    key: EntryKey,
    options: BackendOptions,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const hits = await this.#find(scheme, this.#keyed(scheme, key), READ, options);
    this.#refuseSeveral(hits);
    // One that another program deletes meanwhile gives way to the next.
    for (const { item } of hits) {
      const stored = (await this.#store.read([item], options)).get(item.id);
      if (stored === undefined) continue;
      try {
        return scheme.unwrap(stored);
      } finally {
        stored.fill(0);
      }
    }
    return undefined;
  }

  #keyed(scheme: Scheme, key: EntryKey): Wanted {
    const { service = key.service } = this.#asStored(scheme, key);
    return { filter: key, matches: (found) => isSameKey(found, { ...key, service }) };
  }

  /** What changes of one entry take turns by, however its key is written. */
  #turnOf(key: EntryKey): string {
    // @rule keyring/one-turn-an-entry keywire#exact-replace
    const { service } = this.#asStored(this.#writer, key);
    return JSON.stringify([service, key.username, key.group]);
  }

  /** Some texts stand for one service, as `https://host/` and `https://host`: as it is read back. */
  #asStored(scheme: Scheme, filter: EntryFilter): EntryFilter {
    const { service } = filter;
    if (service === undefined || scheme.query({ service }) === undefined) return filter;
    const stored = this.#keyIn(scheme, scheme.attributes({ username: '', service }));
    return { ...filter, service: stored?.service ?? service };
  }

  /** The items of one scheme that are wanted, newest first. */
  async #find(
    scheme: Scheme,
    { filter, matches }: Wanted,
    how: { readonly isComplete: boolean; readonly isRead: boolean },
    options: BackendOptions,
  ): Promise<Hit[]> {
    const attributes = scheme.query(filter);
    if (attributes === undefined) return [];
    const [excludedHere, excludedElsewhere] = this.#excludedFor(scheme);
    const keyOf = (found: ReadonlyMap<string, string>): EntryKey | undefined => {
      if (excludedHere.some((other) => this.#keyIn(other, found) !== undefined)) return undefined;
      const key = this.#keyIn(scheme, found);
      return key !== undefined && matches(key) ? key : undefined;
    };
    const accepts = (found: ReadonlyMap<string, string>): boolean => keyOf(found) !== undefined;
    // A secret that is read ahead is for an item that counts in any case.
    const isRead = how.isRead && excludedElsewhere.length === 0;
    const query = { attributes, scope: scheme.scope, accepts, ...how, isRead };
    const items = await this.#store.find(query, options);
    const hits = items.flatMap((item) => {
      const key = keyOf(item.attributes);
      return key === undefined ? [] : [{ item, scheme, key }];
    });
    const isFound = await Promise.all(
      hits.map(({ item }) => this.#isFoundBy(excludedElsewhere, item, options)),
    );
    return hits.filter((_hit, index) => isFound[index] !== true).sort(compareNewestFirst);
  }

  /** The excluded schemes: those that look where a scheme does, or everywhere, and those that do not. */
  #excludedFor({
    scope,
  }: Scheme): readonly [here: readonly Scheme[], elsewhere: readonly Scheme[]] {
    const { excluding = [] } = this.#options;
    const isHere = (other: Scheme): boolean => other.scope === 'all' || other.scope === scope;
    return [excluding.filter(isHere), excluding.filter((other) => !isHere(other))];
  }

  /** Whether one of the schemes finds an item: it may know the attributes, and not look there. */
  async #isFoundBy(
    schemes: readonly Scheme[],
    { id, attributes }: StoreItem,
    options: BackendOptions,
  ): Promise<boolean> {
    // @rule keyring/excluded-where-found keywire#schemes
    for (const scheme of schemes) {
      const key = this.#keyIn(scheme, attributes);
      const sought = key === undefined ? undefined : scheme.query(key);
      if (sought === undefined) continue;
      const accepts = (found: ReadonlyMap<string, string>): boolean =>
        this.#keyIn(scheme, found) !== undefined;
      const query = { attributes: sought, scope: scheme.scope, accepts, ...COMPLETE };
      const found = await this.#store.find(query, options);
      if (found.some((each) => each.id === id)) return true;
    }
    return false;
  }

  #keyOf(attributes: ReadonlyMap<string, string>): EntryKey | undefined {
    for (const scheme of this.#schemes) {
      const key = this.#keyIn(scheme, attributes);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  #keyIn(scheme: Scheme, attributes: ReadonlyMap<string, string>): EntryKey | undefined {
    return scheme.keyOf(attributes, (name) => this.#store.isAddition(name));
  }

  #checkKey(key: EntryKey): void {
    checkKey(key, this.#writer.allowsEmptyUsername);
    // @rule keyring/group-needs-place keywire#schemes
    if (key.group !== undefined && !this.#writer.hasGroup) {
      throw keyringError('scheme-has-no-group', `scheme ${this.#writer.name}`);
    }
  }

  #refuseSeveral(hits: readonly Hit[]): void {
    const { several = 'newest' } = this.#options;
    if (several === 'newest' || hits.length < 2) return;
    const isAddition = (name: string): boolean => this.#store.isAddition(name);
    if (several === 'refuse-unlike' && areAlike(hits, isAddition)) return;
    throw keyringError('ambiguous', `backend ${this.name}`);
  }
}

/** All before anything is stored: a store may take the secret and then refuse the label. */
function checkTexts({ label, app, contentType }: SetOptions): void {
  // @rule keyring/texts-checked-first keywire#bad-input
  for (const [part, text] of Object.entries({ label, app, contentType })) {
    if (text !== undefined) checkText(part, text, true);
  }
}

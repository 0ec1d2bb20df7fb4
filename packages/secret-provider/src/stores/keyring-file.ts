/**
 * A store on disk. The path names a keyring file, which is one collection behind the alias `default`,
 * or a folder, in which each `NAME.keyring` is a collection and `aliases.json` says which alias means
 * which. A session collection, in memory alone, is always there.
 * See docs/KEYRING-FILE.md, "The provider's store".
 *
 * The password opens what it fits when the provider starts, and is not kept: a collection that is
 * locked has lost its key, and takes the password of a prompt to open.
 */
import { checkOptionNames } from '@keywire/dbus-wire/server';
import {
  createKeyringFile,
  type KdfCost,
  KeyringFileError,
  openOrCreateKeyringFile,
  type PasswordSource,
} from '@keywire/keyring-file';
import { DEFAULT_ALIAS, SESSION_ALIAS } from '../api/names.ts';
import { notSupported } from '../api/refusal.ts';
import {
  type AliasRecord,
  deleteKeyringFile,
  inspectKeyringFile,
  isFolder,
  keyringName,
  keyringPath,
  listKeyringFiles,
  prepareFolder,
  prepareFolderOf,
  readAliases,
  writeAlias,
} from '../io/keyring-folder.ts';
import { systemSeconds } from '../io/system-clock.ts';
import type { Clock } from '../types/clock.ts';
import { asRefusal, FileCollection, isWrongPassword } from './file-collection.ts';
import { collisions, idOfFile } from './file-ids.ts';
import { memoryStore } from './memory.ts';
import type { SecretStore, StoredCollection } from './store.ts';

/** What {@link keyringFileStore} takes. */
export interface KeyringFileStoreOptions {
  /** The form of files that are made. Default: `hardened`. */
  readonly format?: 'hardened' | 'v1' | undefined;
  /** Hardened: the cost of files that are made. Default: that of `createKeyringFile`. */
  readonly cost?: KdfCost | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof KeyringFileStoreOptions, true>> = {
  format: true,
  cost: true,
};

/** What the first collection of an empty folder is called. */
const FIRST_NAME = 'login';

/**
 * Makes a store of a keyring file, or of a folder of them: a path that is one, or ends in `/`. Nothing
 * is read before a provider starts, whose start rejects with a KeyringFileError: `wrong-password` when
 * the password opens nothing, `read-only-format` for a form that is only read; or with a
 * SecretProviderError `colliding-files`, `unsafe-folder` or `unusable-folder`.
 *
 * @param password opens the files, or makes the first; without one, all of them start locked
 * @throws TypeError for what is no path, or an option that there is not
 */
export function keyringFileStore(
  path: string,
  password?: PasswordSource,
  options: KeyringFileStoreOptions = {},
): SecretStore {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new TypeError('path: expected a non-empty path without NUL');
  }
  // @rule provider/option-names keywire#bad-input
  checkOptionNames('options', options, OPTION_NAMES);
  return new KeyringFileStore(path, password, options, systemSeconds);
}

class KeyringFileStore implements SecretStore {
  readonly isPersistent = true;
  readonly needsPassword = true;
  readonly #path: string;
  readonly #options: KeyringFileStoreOptions;
  readonly #clock: Clock;
  /** Holds the session's collection. */
  readonly #session: SecretStore;
  #password: PasswordSource | undefined;
  #state: 'unopened' | 'file' | 'folder' = 'unopened';
  #collections = new Map<string, FileCollection>();
  #aliases: AliasRecord = new Map();
  /** What came up in the folder while the store was served: each is told once. */
  readonly #told = new Set<string>();
  /** What is still to be told; a refresh tells one fault. */
  readonly #faults: unknown[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    path: string,
    password: PasswordSource | undefined,
    options: KeyringFileStoreOptions,
    clock: Clock,
  ) {
    this.#path = path;
    this.#password = password;
    this.#options = options;
    this.#clock = clock;
    this.#session = memoryStore({ collections: [] }, clock);
  }

  get makesCollections(): boolean {
    return this.#state !== 'file';
  }

  collections(): readonly StoredCollection[] {
    return [...this.#collections.values(), ...this.#session.collections()];
  }

  collection(id: string): StoredCollection | undefined {
    return this.#collections.get(id) ?? this.#session.collection(id);
  }

  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'unopened') {
        await this.#open();
        return;
      }
      if (this.#state === 'folder') {
        await this.#readFolder().catch((error: unknown) => this.#tellOnce(error));
      }
      for (const collection of this.#collections.values()) {
        await collection.refresh().catch((error: unknown) => this.#faults.push(error));
      }
      const fault = this.#faults.shift();
      if (fault !== undefined) throw fault;
    });
  }

  createCollection(
    id: string,
    label: string,
    password: Uint8Array | undefined,
  ): Promise<StoredCollection> {
    return this.#inTurn(async () => {
      if (!this.makesCollections) throw notSupported('CreateCollection: the store is one file');
      // A folder that has gone, such as one that is not mounted, is not made again for it.
      await listKeyringFiles(this.#path);
      const path = keyringPath(this.#path, id);
      const { format = 'hardened' } = this.#options;
      const file = await createKeyringFile(path, { format, ...this.#fileOptions(password, label) });
      const collection = this.#add(id, path, this.#clock());
      await collection.open(file);
      return collection;
    });
  }

  deleteCollection(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const collection = this.#collections.get(id);
      if (collection === undefined || this.#state !== 'folder') {
        throw notSupported('Delete: the store is this one file');
      }
      await collection.lock();
      await deleteKeyringFile(collection.path);
      this.#collections.delete(id);
      for (const [alias, target] of this.#aliases) {
        if (target === id) this.#aliases = await writeAlias(this.#path, alias, nothing(alias));
      }
    });
  }

  aliases(): ReadonlyMap<string, string> {
    const aliases = new Map(this.#session.aliases());
    const [first] = [...this.#collections.keys()].sort();
    const standard = this.#collections.has(FIRST_NAME) ? FIRST_NAME : first;
    if (standard !== undefined) aliases.set(DEFAULT_ALIAS, standard);
    for (const [alias, target] of this.#aliases) {
      if (target === null) aliases.delete(alias);
      else if (this.#collections.has(target)) aliases.set(alias, target);
    }
    return aliases;
  }

  setAlias(alias: string, collectionId: string | undefined): Promise<void> {
    return this.#inTurn(async () => {
      if (this.aliases().get(alias) === collectionId) return;
      if (this.#state !== 'folder' || alias === SESSION_ALIAS || collectionId === SESSION_ALIAS) {
        throw notSupported('SetAlias: only a folder keeps aliases, for collections in files');
      }
      try {
        this.#aliases = await writeAlias(this.#path, alias, collectionId ?? nothing(alias));
      } catch (error) {
        throw asRefusal(error, this.#path);
      }
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      for (const collection of this.#collections.values()) await collection.lock();
      await this.#session.close();
    });
  }

  async #open(): Promise<void> {
    const state = this.#path.endsWith('/') || (await isFolder(this.#path)) ? 'folder' : 'file';
    if (state === 'folder') {
      await this.#openFolder();
    } else {
      await prepareFolderOf(this.#path);
      await this.#openFile(this.#path, keyringName(this.#path));
    }
    this.#state = state;
    this.#password = undefined;
  }

  async #openFolder(): Promise<void> {
    await prepareFolder(this.#path);
    const names = await listKeyringFiles(this.#path);
    const [collision] = collisions(names);
    if (collision !== undefined) throw collision;
    const refused: unknown[] = [];
    for (const name of names.length === 0 ? [FIRST_NAME] : names) {
      try {
        await this.#openFile(keyringPath(this.#path, name), name);
      } catch (error) {
        if (!isWrongPassword(error)) throw error;
        refused.push(error);
      }
    }
    this.#aliases = await readAliases(this.#path);
    // Collections may have passwords of their own; one that opens none is a mistake.
    const isOpen = [...this.#collections.values()].some((collection) => !collection.isLocked);
    if (refused.length > 0 && !isOpen) throw refused[0];
  }

  /** Adds the collection of a file, opened if there is a password; without a file, makes it. */
  async #openFile(path: string, name: string): Promise<void> {
    const status = await inspectWritable(path);
    const password = this.#password;
    if (status !== undefined) this.#add(idOfFile(name), path, status.modified);
    if (status !== undefined && password === undefined) return;
    const { format = 'hardened' } = this.#options;
    const id = idOfFile(name);
    const file = await openOrCreateKeyringFile(path, {
      ...(status === undefined ? { format } : {}),
      ...this.#fileOptions(password, name === FIRST_NAME ? 'Login' : name),
    });
    const collection = this.#collections.get(id) ?? this.#add(id, path, this.#clock());
    await collection.open(file);
  }

  #fileOptions<Password>(password: Password | undefined, label: string) {
    const { format, cost } = this.#options;
    return {
      ...(password === undefined ? {} : { password }),
      // The form v1 has no place for a label.
      ...(format === 'v1' ? {} : { label }),
      ...(cost === undefined ? {} : { cost }),
    };
  }

  /** Follows files that other processes made or deleted. */
  async #readFolder(): Promise<void> {
    const names = await listKeyringFiles(this.#path);
    const ids = new Set(names.map((name) => idOfFile(name)));
    for (const [id, collection] of this.#collections) {
      if (ids.has(id)) continue;
      await collection.lock();
      this.#collections.delete(id);
    }
    for (const name of names) {
      if (this.#collections.has(idOfFile(name))) continue;
      const path = keyringPath(this.#path, name);
      // One that is no keyring hides no other.
      const status = await inspectWritable(path).catch((error: unknown) => this.#tellOnce(error));
      if (status !== undefined) this.#add(idOfFile(name), path, status.modified);
    }
    for (const collision of collisions(names)) this.#tellOnce(collision);
    this.#aliases = await readAliases(this.#path);
  }

  #tellOnce(fault: unknown): undefined {
    const text = fault instanceof Error ? fault.message : String(fault);
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#faults.push(fault);
  }

  #add(id: string, path: string, modified: number): FileCollection {
    const collection = new FileCollection({ id, path, modified, clock: this.#clock });
    this.#collections.set(id, collection);
    return collection;
  }

  /** One change or look at the disk after the other. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(work);
    // The queue goes on after a failure, which its own caller hears of.
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

/** What stands for an alias of no collection: `default` alone means one by itself. */
function nothing(alias: string): null | undefined {
  return alias === DEFAULT_ALIAS ? null : undefined;
}

async function inspectWritable(path: string): Promise<{ readonly modified: number } | undefined> {
  const status = await inspectKeyringFile(path);
  // @rule provider/read-only-forms keywire#keyring-file-store
  if (status === undefined || status.format === 'hardened' || status.format === 'v1') return status;
  throw new KeyringFileError(
    'read-only-format',
    `store: expected "${keyringName(path)}" to be hardened or v1, got ${status.format}; take its items over with "keywire import"`,
  );
}

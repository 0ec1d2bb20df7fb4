/**
 * One collection in one keyring file. While it is open, the file's key is in memory and its items are
 * shown as last read; a secret is decrypted when it is first asked for, and wiped once the item has
 * changed or the collection is locked. Locked, nothing is left but the path.
 *
 * Item ids end object paths. They are the file's own where it keeps them (hardened); in the v1 form
 * an id stands for the attributes, so an item whose attributes change keeps its old path for as long
 * as this process runs.
 */
import {
  isKeyringFileError,
  type KeyringFile,
  type KeyringItem,
  openKeyringFile,
} from '@keywire/keyring-file';
import { invalidArgs, isLocked, noSuchObject, notSupported, Refusal } from '../api/refusal.ts';
import type { Clock } from '../types/clock.ts';
import type { PutItemOptions, StoredCollection, StoredItem } from './store.ts';

/** An item in clear as far as it was asked for. */
interface ShownItem {
  readonly stored: StoredItem;
  wipe(): void;
}

export class FileCollection implements StoredCollection {
  readonly id: string;
  readonly path: string;
  readonly needsPassword = true;
  label: string;
  created: number;
  modified: number;
  readonly #clock: Clock;
  #file: KeyringFile | undefined;
  #source: readonly KeyringItem[] = [];
  /** By path id, in the order of the file. */
  #shown: ReadonlyMap<string, ShownItem> = new Map();
  /** From the file's id of an item to the id in its path. */
  #pathIds = new Map<string, string>();

  constructor(place: {
    readonly id: string;
    readonly path: string;
    readonly modified: number;
    readonly clock: Clock;
  }) {
    this.id = place.id;
    this.path = place.path;
    this.label = place.id;
    this.created = place.modified;
    this.modified = place.modified;
    this.#clock = place.clock;
  }

  get isLocked(): boolean {
    return this.#file === undefined;
  }

  /** Takes over an open file. */
  async open(file: KeyringFile): Promise<void> {
    try {
      this.#show(file, await file.items());
      this.#file = file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  items(): readonly StoredItem[] {
    return [...this.#shown.values()].map(({ stored }) => stored);
  }

  item(id: string): StoredItem | undefined {
    return this.#shown.get(id)?.stored;
  }

  /**
   * Reads what other processes wrote. A file that can no longer be read with the key at hand locks
   * the collection: what is shown is what is in the file, or nothing.
   */
  async refresh(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    try {
      const items = await file.items();
      if (this.#file === file) this.#show(file, items);
    } catch (error) {
      if (this.#file !== file) return;
      this.#close();
      throw error;
    }
  }

  async putItem(item: StoredItem, { replacesEqual = false }: PutItemOptions = {}): Promise<string> {
    const { label, attributes, secret, contentType, created, modified } = item;
    const contents = { label, attributes, secret, contentType, modified };
    const fileId = this.#fileId(item.id);
    // Under the file's lock: of what two processes store at once, one replaces the other.
    // @rule provider/exact-replace-between-processes keywire#keyring-file-store
    const add = (file: KeyringFile): Promise<KeyringItem> =>
      file.put(replacesEqual ? contents : { ...contents, created }, { replace: replacesEqual });
    const stored = await this.#change(async (file) => {
      if (fileId === undefined) return await add(file);
      try {
        return await file.update(fileId, contents);
      } catch (error) {
        const isGone = isKeyringFileError(error) && error.code === 'item-not-found';
        if (!(isGone && replacesEqual)) throw error;
        return await add(file);
      }
    });
    if (fileId !== undefined && fileId !== stored.id) {
      this.#pathIds.set(stored.id, item.id);
      this.#source = [];
    }
    await this.refresh();
    secret.fill(0);
    return this.#pathIds.get(stored.id) ?? item.id;
  }

  async deleteItem(id: string): Promise<void> {
    const fileId = this.#fileId(id);
    if (fileId !== undefined) await this.#change((file) => file.delete(fileId));
    await this.refresh();
  }

  async setLabel(label: string): Promise<void> {
    if (this.#file?.format === 'v1') {
      throw notSupported('Label: a v1 keyring file has none; "keywire import" into a hardened one');
    }
    await this.#change((file) => file.setLabel(label));
    await this.refresh();
  }

  // @rule provider/lock-forgets-key keywire#keyring-file-store
  async lock(): Promise<void> {
    this.#close();
  }

  async unlock(password: Uint8Array | undefined): Promise<boolean> {
    if (this.#file !== undefined) return true;
    if (password === undefined) return false;
    try {
      await this.open(await openKeyringFile(this.path, { password }));
      return true;
    } catch (error) {
      // @rule provider/wrong-password-changes-nothing keywire#keyring-file-store
      if (isWrongPassword(error)) return false;
      throw error;
    }
  }

  async #change<Result>(change: (file: KeyringFile) => Promise<Result>): Promise<Result> {
    if (this.#file === undefined) throw isLocked();
    try {
      const result = await change(this.#file);
      this.modified = this.#clock();
      return result;
    } catch (error) {
      throw asRefusal(error, this.path);
    }
  }

  /** The file's id of the item with a path id. */
  #fileId(pathId: string): string | undefined {
    for (const [fileId, id] of this.#pathIds) if (id === pathId) return fileId;
    return undefined;
  }

  #show(file: KeyringFile, items: readonly KeyringItem[]): void {
    this.label = file.label ?? this.id;
    if (items === this.#source) return;
    const present = new Set(items.map(({ id }) => id));
    for (const fileId of [...this.#pathIds.keys()]) {
      if (!present.has(fileId)) this.#pathIds.delete(fileId);
    }
    const taken = new Set(this.#pathIds.values());
    const shown = new Map<string, ShownItem>();
    for (const item of items) {
      const pathId = this.#pathIds.get(item.id) ?? freeId(item.id, taken);
      taken.add(pathId);
      this.#pathIds.set(item.id, pathId);
      shown.set(pathId, showItem(pathId, item));
      this.modified = Math.max(this.modified, item.modified);
      this.created = Math.min(this.created, item.created);
    }
    this.#wipe();
    this.#shown = shown;
    this.#source = items;
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#wipe();
    this.#shown = new Map();
    this.#source = [];
  }

  #wipe(): void {
    for (const item of this.#shown.values()) item.wipe();
  }
}

/** Whether the password is to blame. */
export function isWrongPassword(error: unknown): boolean {
  return (
    isKeyringFileError(error) &&
    (error.code === 'wrong-password' || error.code === 'no-password-source')
  );
}

/** The secret is a field of its own, so that a copy of the item has it too. */
function showItem(id: string, item: KeyringItem): ShownItem {
  let secret: Uint8Array | undefined;
  const { label, attributes, contentType, created, modified } = item;
  return {
    stored: {
      id,
      label,
      attributes,
      contentType,
      created,
      modified,
      get secret() {
        secret ??= item.readSecret();
        return secret;
      },
    },
    wipe: () => secret?.fill(0),
  };
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** What a client is told of a change that the file does not take. */
export function asRefusal(error: unknown, path: string): unknown {
  if (!isKeyringFileError(error)) return error;
  switch (error.code) {
    case 'item-not-found':
      return noSuchObject(path);
    case 'invalid-item':
    case 'too-large':
      return invalidArgs(error.message);
    case 'closed':
      return isLocked();
    default:
      // A full disk, a lock that others hold: the client cannot help it, but should know.
      // @rule provider/store-faults-told keywire#keyring-file-store
      return new Refusal('failed', error.message, { cause: error });
  }
}

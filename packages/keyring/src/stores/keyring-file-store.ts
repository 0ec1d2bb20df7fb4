// A keyring file as a store of attributes; without a file it is empty, and the first item makes it.
// Every read sees what other processes wrote, every write is made under the file's lock; both is the
// file's own doing.

import { isLockError } from '@keywire/file-lock';
import { isKeyringFileError, type KeyringFile, type KeyringItem } from '@keywire/keyring-file';
import { untilAborted } from '../abort.ts';
import { fromStoreError, keyringError } from '../errors.ts';
import type {
  AttributeStore,
  FindQuery,
  ItemUpdate,
  NewItem,
  StoreItem,
} from '../types/attribute-store.ts';
import type { BackendOptions, BackendStatus } from '../types/backend.ts';

const MS = 1000;

/** Of a file that was deleted; `closed` is told to those who waited for their turn on it. */
const GONE: ReadonlySet<string> = new Set(['file-not-found', 'closed']);

/** How the file is opened; either may ask for its password. */
export interface KeyringFileSource {
  /** @throws KeyringFileError with code `file-not-found`, before anybody is asked */
  open(): Promise<KeyringFile>;
  openOrCreate(signal: AbortSignal | undefined): Promise<KeyringFile>;
}

export class KeyringFileStore implements AttributeStore {
  readonly #path: string;
  readonly #source: KeyringFileSource;
  #file: KeyringFile | undefined;
  #isClosed = false;
  #row: Promise<unknown> = Promise.resolve();

  constructor(path: string, source: KeyringFileSource) {
    this.#path = path;
    this.#source = source;
  }

  /** `undefined` when there is no file: nothing is made, and nobody is asked. */
  // @rule keyring/read-makes-no-file keywire#where-there-is-no-keyring
  openIfThere(signal: AbortSignal | undefined): Promise<KeyringFile | undefined> {
    return this.#inRow(signal, async () => {
      try {
        return await this.#source.open();
      } catch (error) {
        if (isKeyringFileError(error) && error.code === 'file-not-found') return undefined;
        throw error;
      }
    });
  }

  /** One opening after the other: each may ask for the password, and one answer is enough. */
  async #inRow<Opened extends KeyringFile | undefined>(
    signal: AbortSignal | undefined,
    open: () => Promise<Opened>,
  ): Promise<KeyringFile | Opened> {
    if (this.#file !== undefined) return this.#file;
    const turn = this.#row.then(async () => {
      if (this.#isClosed) throw keyringError('closed', 'backend file');
      if (this.#file !== undefined) return this.#file;
      const file = await open();
      if (this.#isClosed) file?.close();
      if (this.#isClosed) throw keyringError('closed', 'backend file');
      this.#file = file;
      return file;
    });
    // The row goes on after a failure, which its own caller hears of.
    this.#row = turn.catch(() => undefined);
    // A question for the password may stay unanswered for ever.
    return untilAborted(turn, signal, 'backend file');
  }

  /** A file that was deleted since it was opened is none, as for a program that starts now. */
  // @rule keyring/deleted-file-is-none keywire#where-there-is-no-keyring
  async #withFile<Result>(
    opening: Promise<KeyringFile | undefined>,
    work: (file: KeyringFile) => Promise<Result>,
    without: () => Result | Promise<Result>,
  ): Promise<Result> {
    const file = await opening;
    if (file === undefined) return without();
    try {
      return await work(file);
    } catch (error) {
      if (this.#isClosed || !isKeyringFileError(error) || !GONE.has(error.code)) throw error;
      if (this.#file === file) this.#file = undefined;
      file.close();
      return without();
    }
  }

  isAddition(): boolean {
    return false;
  }

  async find(query: FindQuery, { signal }: BackendOptions = {}): Promise<readonly StoreItem[]> {
    const search = async (file: KeyringFile): Promise<readonly StoreItem[]> => {
      const items = await file.search(query.attributes);
      const found = items.filter((item) => query.accepts(item.attributes)).map(asStoreItem);
      // An item that does not match its authentication code may be the one that is looked for.
      // @rule keyring/tampered-is-not-absent keywire#five-outcomes
      const [rejected] = found.length > 0 ? [] : await file.rejected();
      if (rejected !== undefined) throw rejected.error;
      return found;
    };
    return this.#withFile(this.openIfThere(signal), search, () => []);
  }

  async read(
    items: readonly StoreItem[],
    { signal }: BackendOptions = {},
  ): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const wanted = new Set(items.map((item) => item.id));
    const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
    const kept = await this.#withFile(
      this.openIfThere(signal),
      (file) => file.items(),
      () => [],
    );
    for (const item of kept) if (wanted.has(item.id)) secrets.set(item.id, item.readSecret());
    return secrets;
  }

  async create(item: NewItem, { signal }: BackendOptions): Promise<void> {
    const { label, attributes, secret, contentType } = item;
    const type = contentType === undefined ? {} : { contentType };
    const open = (): Promise<KeyringFile> =>
      this.#inRow(signal, () => this.#source.openOrCreate(signal));
    const put = async (file: KeyringFile): Promise<void> => {
      await file.put({ label, attributes, secret, ...type }, { signal });
    };
    await this.#withFile(open(), put, async () => put(await open()));
  }

  async update(item: StoreItem, update: ItemUpdate, { signal }: BackendOptions): Promise<boolean> {
    const { secret, label, contentType } = update;
    const changes = {
      secret,
      ...(label === undefined ? {} : { label }),
      ...(contentType === undefined ? {} : { contentType }),
    };
    const change = async (file: KeyringFile): Promise<boolean> => {
      try {
        await file.update(item.id, changes, { signal });
        return true;
      } catch (error) {
        if (isKeyringFileError(error) && error.code === 'item-not-found') return false;
        throw error;
      }
    };
    return this.#withFile(this.openIfThere(signal), change, () => false);
  }

  async remove(item: StoreItem, { signal }: BackendOptions): Promise<boolean> {
    const remove = (file: KeyringFile): Promise<boolean> => file.delete(item.id, { signal });
    return this.#withFile(this.openIfThere(signal), remove, () => false);
  }

  async status({ signal }: BackendOptions = {}): Promise<BackendStatus> {
    const describe = async (file: KeyringFile): Promise<string> => {
      // Read, so that a file that broke since is told.
      await file.items();
      return `the file ${file.path} (${file.format}, encrypted)`;
    };
    const description = await this.#withFile(
      this.openIfThere(signal),
      describe,
      () => `the file ${this.#path}, made when something is stored`,
    );
    return { state: 'ready', isPersistent: true, isEncrypted: true, description };
  }

  translate(error: unknown): unknown {
    if (!isKeyringFileError(error)) return error;
    const isAbort = isLockError(error.cause) && error.cause.code === 'aborted';
    return isAbort
      ? keyringError('aborted', 'backend file', { cause: error })
      : fromStoreError(error);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#file?.close();
  }
}

function asStoreItem(item: KeyringItem): StoreItem {
  return {
    id: item.id,
    label: item.label,
    attributes: item.attributes,
    createdMs: item.created * MS,
    modifiedMs: item.modified * MS,
  };
}

// A keyring file as a store of attributes. Every read sees what other processes wrote, every write is
// made under the file's lock; both is the file's own doing.

import { isLockError } from '@keywire/file-lock';
import { isKeyringFileError, type KeyringFile, type KeyringItem } from '@keywire/keyring-file';
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

export class KeyringFileStore implements AttributeStore {
  readonly #file: KeyringFile;

  constructor(file: KeyringFile) {
    this.#file = file;
  }

  isAddition(): boolean {
    return false;
  }

  async find(query: FindQuery): Promise<readonly StoreItem[]> {
    const items = await this.#file.search(query.attributes);
    const found = items.filter((item) => query.accepts(item.attributes)).map(asStoreItem);
    // An item that does not match its authentication code may be the one that is looked for.
    // @rule keyring/tampered-is-not-absent keywire#five-outcomes
    const [rejected] = found.length > 0 ? [] : await this.#file.rejected();
    if (rejected !== undefined) throw rejected.error;
    return found;
  }

  async read(items: readonly StoreItem[]): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const wanted = new Set(items.map((item) => item.id));
    const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const item of await this.#file.items()) {
      if (wanted.has(item.id)) secrets.set(item.id, item.readSecret());
    }
    return secrets;
  }

  async create(item: NewItem, { signal }: BackendOptions): Promise<void> {
    const { label, attributes, secret, contentType } = item;
    const type = contentType === undefined ? {} : { contentType };
    await this.#file.put({ label, attributes, secret, ...type }, { signal });
  }

  async update(item: StoreItem, update: ItemUpdate, { signal }: BackendOptions): Promise<boolean> {
    const { secret, label, contentType } = update;
    const changes = {
      secret,
      ...(label === undefined ? {} : { label }),
      ...(contentType === undefined ? {} : { contentType }),
    };
    try {
      await this.#file.update(item.id, changes, { signal });
      return true;
    } catch (error) {
      if (isKeyringFileError(error) && error.code === 'item-not-found') return false;
      throw error;
    }
  }

  remove(item: StoreItem, { signal }: BackendOptions): Promise<boolean> {
    return this.#file.delete(item.id, { signal });
  }

  async status(): Promise<BackendStatus> {
    // Read, so that a file that has gone or broke since is told.
    await this.#file.items();
    const { format, path } = this.#file;
    const isEncrypted = format !== 'text' && format !== 'json';
    const kind = isEncrypted ? 'encrypted' : 'not encrypted';
    return {
      state: 'ready',
      isPersistent: true,
      isEncrypted,
      description: `the file ${path} (${format}, ${kind})`,
    };
  }

  translate(error: unknown): unknown {
    if (!isKeyringFileError(error)) return error;
    const isAbort = isLockError(error.cause) && error.cause.code === 'aborted';
    return isAbort
      ? keyringError('aborted', 'backend file', { cause: error })
      : fromStoreError(error);
  }

  async close(): Promise<void> {
    this.#file.close();
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

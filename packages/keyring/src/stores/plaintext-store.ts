// A JSON file that is not encrypted as a store of attributes, for programs that ask for exactly that.
// Its layout is docs/KEYRING-FILE.md, "The JSON form". Strings of secrets are made on the way and
// cannot be wiped: whoever wants that wants another backend.

import {
  formatJsonKeyring,
  isKeyringFileError,
  KeyringItem,
  parseJsonKeyring,
} from '@keywire/keyring-file';
import { fromStoreError } from '../errors.ts';
import type {
  AttributeStore,
  FindQuery,
  ItemUpdate,
  NewItem,
  StoreItem,
} from '../types/attribute-store.ts';
import type { BackendOptions, BackendStatus } from '../types/backend.ts';
import type { SharedFile } from '../types/shared-file.ts';

const MS = 1000;
const TEXT = 'text/plain';
const BINARY = 'application/octet-stream';

export class PlaintextStore implements AttributeStore {
  readonly #file: SharedFile;

  constructor(file: SharedFile) {
    this.#file = file;
  }

  isAddition(): boolean {
    return false;
  }

  async find({ attributes, accepts }: FindQuery): Promise<readonly StoreItem[]> {
    return (await this.#items())
      .filter((item) => {
        const pairs = [...attributes];
        return pairs.every(([name, value]) => item.attributes.get(name) === value);
      })
      .filter((item) => accepts(item.attributes))
      .map((item) => ({
        id: item.id,
        label: item.label,
        attributes: item.attributes,
        createdMs: item.created * MS,
        modifiedMs: item.modified * MS,
      }));
  }

  async read(items: readonly StoreItem[]): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const wanted = new Set(items.map((item) => item.id));
    const found = (await this.#items()).filter((item) => wanted.has(item.id));
    return new Map(found.map((item) => [item.id, item.readSecret()]));
  }

  async create(item: NewItem, options: BackendOptions): Promise<void> {
    const id = this.#file.randomName();
    const { label, attributes, secret } = item;
    await this.#edit(options, (items) => {
      const created = this.#file.nowSeconds();
      const times = { created, modified: created };
      const contentType = contentTypeOf(secret, item.contentType);
      const added = new KeyringItem(id, { label, attributes, contentType, ...times }, () =>
        Uint8Array.from(secret),
      );
      return [...items, added];
    });
  }

  async update(item: StoreItem, update: ItemUpdate, options: BackendOptions): Promise<boolean> {
    return this.#edit(options, (items) => {
      if (!items.some(({ id }) => id === item.id)) return undefined;
      return items.map((old) => (old.id === item.id ? this.#updated(old, update) : old));
    });
  }

  async remove(item: StoreItem, options: BackendOptions): Promise<boolean> {
    return this.#edit(options, (items) => {
      const left = items.filter(({ id }) => id !== item.id);
      return left.length === items.length ? undefined : left;
    });
  }

  async status(): Promise<BackendStatus> {
    await this.#items();
    const description = `the file ${this.#file.path}, not encrypted`;
    return { state: 'ready', isPersistent: true, isEncrypted: false, description };
  }

  translate(error: unknown): unknown {
    return isKeyringFileError(error) ? fromStoreError(error) : error;
  }

  async close(): Promise<void> {}

  async #items(): Promise<readonly KeyringItem[]> {
    return this.#parsed(await this.#file.read());
  }

  /** False when the change gives nothing to write. */
  async #edit(
    options: BackendOptions,
    change: (items: readonly KeyringItem[]) => readonly KeyringItem[] | undefined,
  ): Promise<boolean> {
    let hasChanged = false;
    await this.#file.edit((content) => {
      const items = change(this.#parsed(content));
      hasChanged = items !== undefined;
      if (items === undefined) return undefined;
      return new TextEncoder().encode(formatJsonKeyring({ id: 'plaintext', items }));
    }, options.signal);
    return hasChanged;
  }

  #parsed(content: Uint8Array | undefined): readonly KeyringItem[] {
    if (content === undefined) return [];
    return parseJsonKeyring(content, this.#file.nowSeconds()).items;
  }

  #updated(old: KeyringItem, { secret, label, contentType }: ItemUpdate): KeyringItem {
    const fields = {
      label: label ?? old.label,
      attributes: old.attributes,
      contentType: contentTypeOf(secret, contentType),
      created: old.created,
      modified: this.#file.nowSeconds(),
    };
    return new KeyringItem(old.id, fields, () => Uint8Array.from(secret));
  }
}

/** Only what is UTF-8 is written as text; the form keeps the rest in base64. */
function contentTypeOf(secret: Uint8Array, wanted: string | undefined): string {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(secret);
    return wanted ?? TEXT;
  } catch {
    // A fatal decoder has one reason to throw: bytes that are not UTF-8.
    return BINARY;
  }
}

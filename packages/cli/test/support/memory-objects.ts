/** Collections and items by name, over the items of a {@link MemoryKeyring}. */
import { CliError } from '../../src/output/cli-error.ts';
import type { ItemDescription } from '../../src/types/items.ts';
import type { ItemChange, ItemSelector, KeyringObjects } from '../../src/types/keyring-objects.ts';
import type { MemoryItem } from './memory-keyring.ts';

export class MemoryObjects implements KeyringObjects {
  readonly collections = new Map([['/collection/test', 'Test']]);
  readonly aliases = new Map([['default', '/collection/test']]);
  readonly #items: MemoryItem[];

  constructor(items: MemoryItem[]) {
    this.#items = items;
  }

  async createCollection(label: string, alias: string | undefined): Promise<string> {
    const path = `/collection/${label.toLowerCase()}`;
    this.collections.set(path, label);
    if (alias !== undefined) this.aliases.set(alias, path);
    return path;
  }

  async deleteCollection(name: string): Promise<string> {
    const path = this.#find(name);
    this.collections.delete(path);
    return path;
  }

  async collectionLabel(name: string): Promise<string> {
    return this.collections.get(this.#find(name)) ?? '';
  }

  async setCollectionLabel(name: string, label: string): Promise<string> {
    const path = this.#find(name);
    this.collections.set(path, label);
    return path;
  }

  async readAlias(alias: string): Promise<string | undefined> {
    return this.aliases.get(alias);
  }

  async setAlias(alias: string, collection: string | undefined): Promise<string | undefined> {
    if (collection === undefined) {
      this.aliases.delete(alias);
      return undefined;
    }
    const path = this.#find(collection);
    this.aliases.set(alias, path);
    return path;
  }

  async changeItem(
    selector: ItemSelector,
    { label, attributes }: ItemChange,
  ): Promise<ItemDescription | undefined> {
    const item = this.#findItem(selector);
    if (item === undefined) return undefined;
    if (attributes !== undefined) item.attributes = new Map(attributes(item.attributes));
    if (label !== undefined) item.label = label;
    const path = `/collection/test/${this.#items.indexOf(item) + 1}`;
    return { path, label: item.label, attributes: item.attributes, isLocked: false };
  }

  async deleteItem(selector: ItemSelector): Promise<string | undefined> {
    const item = this.#findItem(selector);
    if (item === undefined) return undefined;
    const [index] = [this.#items.indexOf(item)];
    this.#items.splice(index, 1);
    return `/collection/test/${index + 1}`;
  }

  #find(name: string): string {
    const path = this.aliases.get(name) ?? `/collection/${name.toLowerCase()}`;
    if (this.collections.has(path)) return path;
    throw new CliError('no-such-collection', 'no collection');
  }

  #findItem({ path, attributes }: ItemSelector): MemoryItem | undefined {
    if (path !== undefined) return this.#items[Number(path.slice(path.lastIndexOf('/') + 1)) - 1];
    const [only, ...others] = this.#items.filter((item) =>
      [...attributes].every(([name, value]) => item.attributes.get(name) === value),
    );
    if (others.length > 0) throw new CliError('several-items', 'several');
    return only;
  }
}

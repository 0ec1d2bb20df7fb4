/** Single collections and items over the Secret Service, found by what people call them. */
import type { Collection, Item, SecretService } from '@keywire/secret-service';
import { CliError } from '../output/cli-error.ts';
import type { ItemDescription } from '../types/items.ts';
import type { ItemChange, ItemSelector, KeyringObjects } from '../types/keyring-objects.ts';
import { describePresent } from './descriptions.ts';
import { findCollection } from './find-collection.ts';

type Wait = <T>(operation: Promise<T>) => Promise<T>;

export class SecretServiceObjects implements KeyringObjects {
  readonly #service: SecretService;
  readonly #signal: AbortSignal;
  readonly #wait: Wait;

  constructor(service: SecretService, signal: AbortSignal, wait: Wait) {
    this.#service = service;
    this.#signal = signal;
    this.#wait = wait;
  }

  async createCollection(label: string, alias: string | undefined): Promise<string> {
    const options = { signal: this.#signal, ...(alias === undefined ? {} : { alias }) };
    return (await this.#wait(this.#service.createCollection(label, options))).path;
  }

  async deleteCollection(name: string): Promise<string> {
    return await this.#withCollection(name, (collection) =>
      collection.delete({ signal: this.#signal }),
    );
  }

  async collectionLabel(name: string): Promise<string> {
    return await this.#wait(
      this.#find(name).then((collection) => collection.label({ signal: this.#signal })),
    );
  }

  async setCollectionLabel(name: string, label: string): Promise<string> {
    return await this.#withCollection(name, async (collection) => {
      await this.#unlock(collection);
      await collection.setLabel(label, { signal: this.#signal });
    });
  }

  async readAlias(alias: string): Promise<string | undefined> {
    return (await this.#wait(this.#service.readAlias(alias, { signal: this.#signal })))?.path;
  }

  async setAlias(alias: string, name: string | undefined): Promise<string | undefined> {
    const collection = name === undefined ? undefined : await this.#wait(this.#find(name));
    await this.#wait(this.#service.setAlias(alias, collection, { signal: this.#signal }));
    return collection?.path;
  }

  async changeItem(
    selector: ItemSelector,
    { label, attributes }: ItemChange,
  ): Promise<ItemDescription | undefined> {
    const signal = this.#signal;
    return await this.#wait(
      this.#findItem(selector).then(async (item) => {
        if (item === undefined) return undefined;
        if (attributes !== undefined || label !== undefined) await this.#unlock(item);
        if (attributes !== undefined) {
          await item.setAttributes(attributes(await item.attributes({ signal })), { signal });
        }
        if (label !== undefined) await item.setLabel(label, { signal });
        return await describePresent(item, signal);
      }),
    );
  }

  async deleteItem(selector: ItemSelector): Promise<string | undefined> {
    return await this.#wait(
      this.#findItem(selector).then(async (item) => {
        if (item === undefined) return undefined;
        await this.#unlock(item);
        await item.delete({ signal: this.#signal });
        return item.path;
      }),
    );
  }

  /** What changes is unlocked first, as what is stored, read and cleared is; the daemon asks for it. */
  async #unlock(object: Collection | Item): Promise<void> {
    const signal = this.#signal;
    if (await object.isLocked({ signal })) await object.unlock({ signal });
  }

  #find(name: string): Promise<Collection> {
    return findCollection(this.#service, name, this.#signal);
  }

  async #withCollection(
    name: string,
    operation: (collection: Collection) => Promise<unknown>,
  ): Promise<string> {
    return await this.#wait(
      this.#find(name).then(async (collection) => {
        await operation(collection);
        return collection.path;
      }),
    );
  }

  /** The one item that is meant. Several are never narrowed down by chance. */
  async #findItem({ path, attributes, collection: name }: ItemSelector): Promise<Item | undefined> {
    const signal = this.#signal;
    const collection = name === undefined ? undefined : await this.#find(name);
    if (path !== undefined) {
      const collections = collection ? [collection] : await this.#service.collections({ signal });
      const holder = collections.find((each) => path.startsWith(`${each.path}/`));
      return (await holder?.items({ signal }))?.find((item) => item.path === path);
    }
    const found = await this.#service.searchItems(attributes, { collection, signal });
    const [only, ...others] = [...found.unlocked, ...found.locked];
    if (others.length === 0) return only;
    throw new CliError(
      'several-items',
      `item: ${others.length + 1} items have these attributes; give more of them, or a path of "keywire list --json"`,
    );
  }
}

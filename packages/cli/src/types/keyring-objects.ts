/** What `collection` and `item` ask of a keyring: single objects, named by a person. */
import type { Attributes, ItemDescription, Scope } from './items.ts';

/** One item: by its object path, or by attributes that no other item has. */
export interface ItemSelector extends Scope {
  readonly path?: string | undefined;
  readonly attributes: Attributes;
}

export interface ItemChange {
  readonly label?: string | undefined;
  /** From the attributes it has to those it shall have. */
  readonly attributes?: ((before: Attributes) => Attributes) | undefined;
}

/** Collections are named as `--collection` names them; each method resolves to an object path. */
export interface KeyringObjects {
  createCollection(label: string, alias: string | undefined): Promise<string>;
  deleteCollection(name: string): Promise<string>;
  collectionLabel(name: string): Promise<string>;
  setCollectionLabel(name: string, label: string): Promise<string>;
  /** What an alias stands for, `undefined` where it is not set. */
  readAlias(alias: string): Promise<string | undefined>;
  /** Sets an alias, or takes it away where no collection is named. */
  setAlias(alias: string, collection: string | undefined): Promise<string | undefined>;
  /**
   * The item that is meant, as it is after the change; `undefined` where there is none.
   *
   * @throws {@link CliError} with code `several-items`
   */
  changeItem(selector: ItemSelector, change: ItemChange): Promise<ItemDescription | undefined>;
  /** Deletes the item that is meant; resolves to its path, `undefined` where there is none. */
  deleteItem(selector: ItemSelector): Promise<string | undefined>;
}

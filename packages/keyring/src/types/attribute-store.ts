/**
 * A place for items with attributes, as the Secret Service, a keyring file and the memory are: what
 * the backend of schemes stands on. Errors are the store's own until `translate`d.
 */
import type { BackendOptions, BackendStatus } from './backend.ts';
import type { SchemeScope } from './scheme.ts';

export interface StoreItem {
  /** Stays the same while the item exists. */
  readonly id: string;
  readonly label: string | undefined;
  /** With those that the store adds by itself. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly createdMs: number | undefined;
  readonly modifiedMs: number | undefined;
}

export interface FindQuery {
  readonly attributes: ReadonlyMap<string, string>;
  readonly scope: SchemeScope;
  /** Whether an item with these attributes counts. */
  accepts(attributes: ReadonlyMap<string, string>): boolean;
  /** Whether every item must be seen, so that what is locked is unlocked in any case. */
  readonly isComplete: boolean;
  /** Whether the secret of the newest is wanted next. */
  readonly isRead: boolean;
}

export interface NewItem {
  readonly label: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly secret: Uint8Array;
  readonly contentType: string | undefined;
  readonly scope: SchemeScope;
}

export interface ItemUpdate {
  readonly secret: Uint8Array;
  readonly contentType: string | undefined;
  /** Default: as it is. */
  readonly label: string | undefined;
}

/** A change of an item; its attributes where they are known. */
export interface StoreEvent {
  readonly type: 'created' | 'changed' | 'deleted';
  readonly id: string;
  readonly attributes: ReadonlyMap<string, string> | undefined;
  readonly isOwn: boolean;
}

export interface AttributeStore {
  /** Whether the store adds an attribute of that name by itself. */
  isAddition(name: string): boolean;
  find(query: FindQuery, options: BackendOptions): Promise<readonly StoreItem[]>;
  /** The secrets in buffers that the caller wipes, by id; what has gone since is left out. */
  read(
    items: readonly StoreItem[],
    options: BackendOptions,
  ): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>>;
  create(item: NewItem, options: BackendOptions): Promise<void>;
  /** False when the item has gone. */
  update(item: StoreItem, update: ItemUpdate, options: BackendOptions): Promise<boolean>;
  /** False when the item has gone. */
  remove(item: StoreItem, options: BackendOptions): Promise<boolean>;
  status(options: BackendOptions): Promise<BackendStatus>;
  /** Absent where a store cannot tell of changes by others. */
  events?(options: BackendOptions): AsyncIterable<StoreEvent>;
  /** Makes one of this package's errors of its own. */
  translate(error: unknown): unknown;
  close(): Promise<void>;
}

/**
 * What a provider keeps its secrets in. The provider asks a store for snapshots and hands it whole
 * changes; a change counts once its promise has resolved, and only then does a client hear of it.
 */

/** Attribute names and values, compared exactly. */
export type Attributes = ReadonlyMap<string, string>;

/** One item. `secret` belongs to the store; readers copy what they keep. */
export interface StoredItem {
  /** One element of an object path. */
  readonly id: string;
  readonly label: string;
  readonly attributes: Attributes;
  readonly secret: Uint8Array;
  /** Kept as the client gave it. */
  readonly contentType: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Seconds since the epoch. */
  readonly modified: number;
}

/** How a prompt of a collection is answered when nobody is asked: a test's script. */
export interface PromptScript {
  readonly answer: 'accept' | 'dismiss' | 'never' | 'vanish' | 'wrong-type';
  /** Milliseconds before the answer. */
  readonly delayMs?: number | undefined;
}

export interface PutItemOptions {
  /**
   * Whether an item with the same attributes is to give way, also one that others put there since the
   * store was last refreshed. Only a store that others write to has to look.
   */
  readonly replacesEqual?: boolean | undefined;
}

/** One collection. All reads are of the present state; all changes are promises. */
export interface StoredCollection {
  /** One element of an object path. */
  readonly id: string;
  readonly label: string;
  readonly isLocked: boolean;
  /** Whether unlocking needs a password, or a yes is enough. */
  readonly needsPassword: boolean;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  readonly promptScript?: PromptScript | undefined;
  /** Items in the order of their making; of a locked collection, what the store still knows. */
  items(): readonly StoredItem[];
  item(id: string): StoredItem | undefined;
  /**
   * Puts the item in the place of the one with its id, or adds it.
   * @returns the id that it is kept under: of an item that was added, the store's choice
   */
  putItem(item: StoredItem, options?: PutItemOptions): Promise<string>;
  deleteItem(id: string): Promise<void>;
  setLabel(label: string): Promise<void>;
  lock(): Promise<void>;
  /** False when the password was wrong; a store without passwords ignores it. */
  unlock(password: Uint8Array | undefined): Promise<boolean>;
}

/** Where collections live. */
export interface SecretStore {
  /** Whether secrets outlive the process. */
  readonly isPersistent: boolean;
  /** Whether making a collection needs a password of its own. */
  readonly needsPassword: boolean;
  /** Whether collections can be made at all: where not, nobody is asked first. Default: true. */
  readonly makesCollections?: boolean | undefined;
  collections(): readonly StoredCollection[];
  collection(id: string): StoredCollection | undefined;
  createCollection(
    id: string,
    label: string,
    password: Uint8Array | undefined,
  ): Promise<StoredCollection>;
  deleteCollection(id: string): Promise<void>;
  /** Alias to collection id. */
  aliases(): ReadonlyMap<string, string>;
  /** Points an alias at a collection, or with undefined at nothing. */
  setAlias(alias: string, collectionId: string | undefined): Promise<void>;
  /**
   * Opens a store, when first called, and later brings what it shows up to date with what others did
   * to it: before each call is answered, and before each change.
   */
  refresh?(): Promise<void>;
  /** Takes away the collection for the session that the store has made by itself, if it has. */
  dropOwnSession?(): void;
  /** Writes what is left to write and forgets keys. */
  close(): Promise<void>;
}

/** Whether every wanted pair is among the attributes: the API's meaning of "matches". */
export function matchesAttributes(attributes: Attributes, wanted: Attributes): boolean {
  for (const [name, value] of wanted) {
    if (attributes.get(name) !== value) return false;
  }
  return true;
}

/** Whether two attribute sets are the same: the only items that "replace" may touch. */
export function sameAttributes(one: Attributes, other: Attributes): boolean {
  return one.size === other.size && matchesAttributes(one, other);
}

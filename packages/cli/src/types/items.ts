/** What a keyring holds, as commands see it: items and collections. */

/** An item's attributes, in the order given or in the keyring's own. */
export type Attributes = ReadonlyMap<string, string>;

/** Where to look: all collections, or one named by alias, identifier, label or object path. */
export interface Scope {
  readonly collection?: string | undefined;
}

export interface StoredSecret {
  /** The secret; whoever received it wipes it. */
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export interface ItemDescription {
  /** The object path, an opaque name that may change between logins. */
  readonly path: string;
  readonly label: string;
  readonly attributes: Attributes;
  readonly isLocked: boolean;
  /** Seconds since 1970; absent where the keyring does not say. */
  readonly created?: number | undefined;
  readonly modified?: number | undefined;
}

/** Why an item comes without its secret. */
export type WithheldReason = 'locked' | 'denied' | 'failed';

export interface FoundItem extends ItemDescription {
  /** The secret, or why it could not be had. */
  readonly secret: StoredSecret | WithheldReason;
}

export interface CollectionDescription {
  readonly path: string;
  readonly label: string;
  readonly isDefault: boolean;
  readonly isLocked: boolean;
  readonly items: readonly ItemDescription[];
}

export interface ReadItem extends ItemDescription {
  readonly secret: StoredSecret;
}

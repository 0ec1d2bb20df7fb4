/**
 * What every format becomes once its password has opened it: a list of items, in memory, immutable.
 * Writable formats make a changed copy and encode it; no file is touched here.
 */
import type { OwnBytes } from '../bytes.ts';
import type { KeyringItem, KeyringItemChanges, KeyringItemInit, RejectedItem } from '../item.ts';
import type { KdfCost, KeyDerivation } from '../keys/kdf.ts';

/** The forms a keyring has on disk. */
export type KeyringFormat = 'hardened' | 'v1' | 'v0' | 'text' | 'json';

/** One change. A list of changes is applied in order and written at once. */
export type KeyringEdit =
  | { readonly kind: 'put'; readonly item: KeyringItemInit; readonly isReplacing: boolean }
  | { readonly kind: 'update'; readonly id: string; readonly changes: KeyringItemChanges }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'label'; readonly label: string };

/** Time and randomness of an edit. */
export interface EditSources {
  readonly nowSeconds: number;
  readonly randomBytes: (count: number) => OwnBytes;
}

/** An opened keyring of a format that is only read. */
export interface ReadableKeyring {
  readonly isWritable: false;
  readonly format: KeyringFormat;
  /** The keyring's own name, where its format has one. */
  readonly label: string | undefined;
  readonly items: readonly KeyringItem[];
  readonly rejected: readonly RejectedItem[];
  /** Forgets the key and the secrets; items can no longer give theirs. */
  close(): void;
}

/** An opened keyring of a format that is also written. */
export interface WritableKeyring extends Omit<ReadableKeyring, 'isWritable'> {
  readonly isWritable: true;
  /** Hardened: goes up by one with every write. `undefined` where the format has no such number. */
  readonly revision: number | undefined;
  /**
   * Applies changes to a copy that shares this one's key.
   * @throws {@link KeyringFileError} with code `invalid-item`, `item-not-found` or `too-large`
   */
  edit(edits: readonly KeyringEdit[], sources: EditSources): EditedKeyring;
  /** The whole file. */
  encode(): OwnBytes;
  /**
   * Opens other bytes of the same file with the key at hand.
   * @throws {@link KeyringFileError} with code `changed-underneath` when they need the password
   */
  reload(bytes: Uint8Array): WritableKeyring;
  /**
   * Seals everything anew under another password or cost.
   * @throws {@link KeyringFileError} with code `too-weak`, or `tampered-item` while an item is
   * rejected: it cannot be carried over
   */
  rekey(options: RekeyOptions): Promise<WritableKeyring>;
}

/** What edits made of a keyring. */
export interface EditedKeyring {
  readonly keyring: WritableKeyring;
  /** For each edit the item it made or changed; `undefined` for deletions and labels. */
  readonly items: readonly (KeyringItem | undefined)[];
  /** For each edit whether it changed anything: false when a deletion found nothing. */
  readonly hasChanged: readonly boolean[];
}

/** A keyring opened with its password; `isWritable` tells which. */
export type OpenedKeyring = ReadableKeyring | WritableKeyring;

/** What sealing a keyring anew takes. */
export interface RekeyOptions extends EditSources {
  readonly password: Uint8Array;
  readonly kdf: KeyDerivation;
  /** Hardened. Default: as it is; never cheaper. */
  readonly cost?: KdfCost;
  /** v1. Default: as it is; never fewer. */
  readonly iterations?: number;
}

/**
 * The little that commands ask of a keyring. The one implementation over the Secret Service is
 * keyring/secret-service.ts; tests use one in memory. A method either does the whole of its job
 * or rejects: "locked" is an error wherever a secret or a deletion was asked for, never "absent".
 */

import type {
  Attributes,
  CollectionDescription,
  FoundItem,
  ItemDescription,
  ReadItem,
  Scope,
  StoredSecret,
} from './items.ts';
import type { KeyringObjects } from './keyring-objects.ts';

export interface SearchRequest extends Scope {
  readonly attributes: Attributes;
  /** At most this many items, unlocked ones first; all of them where absent. */
  readonly limit?: number | undefined;
  /** Unlocks what matches, with a prompt where the keyring wants one. */
  readonly unlock: boolean;
}

export interface StoreRequest extends Scope {
  readonly label: string;
  readonly attributes: Attributes;
  readonly secret: Uint8Array;
  /** By default what the secret looks like. */
  readonly contentType?: string | undefined;
  /** Whether the item with exactly these attributes is replaced; default: true. */
  readonly replace?: boolean | undefined;
}

export interface UnlockRequest extends Scope {
  /** In place of a prompt. */
  readonly password?: Uint8Array | undefined;
}

export interface Keyring {
  /** Loads what works on single collections and items. */
  objects(): Promise<KeyringObjects>;
  /** Resolves when the keyring is known to be there; otherwise the first call finds out. */
  ready(): Promise<void>;
  /** The secret of the first match, `undefined` where nothing matches. */
  lookup(attributes: Attributes, scope: Scope): Promise<StoredSecret | undefined>;
  /** What matches, with the secrets of all that is unlocked. */
  search(request: SearchRequest): Promise<readonly FoundItem[]>;
  /** What matches, without secrets: none is read, or passes over the bus. */
  describe(request: SearchRequest): Promise<readonly ItemDescription[]>;
  /** Every item of a collection, or of all but the session's, unlocked first where need be. */
  readAll(scope: Scope): Promise<readonly ReadItem[]>;
  /** The attributes that tell items apart here: without those that the keyring adds by itself. */
  tellingAttributes(attributes: Attributes): Promise<Attributes>;
  /** Stores, replacing the item with exactly these attributes; resolves to its object path. */
  store(request: StoreRequest): Promise<string>;
  /** Deletes all that matches; resolves to how many items that were. */
  clear(attributes: Attributes, scope: Scope): Promise<number>;
  /** Deletes items by their object paths; resolves to how many there still were. */
  delete(paths: readonly string[]): Promise<number>;
  /** Locks one collection, or all that can be locked; resolves to their object paths. */
  lock(scope: Scope): Promise<readonly string[]>;
  /** Unlocks one collection, or the default one; resolves to their object paths. */
  unlock(request: UnlockRequest): Promise<readonly string[]>;
  /** Collections and their items, never secrets. */
  list(scope: Scope): Promise<readonly CollectionDescription[]>;
  close(): Promise<void>;
}

export interface KeyringOptions {
  /** Never shows a prompt: what would need one rejects as locked. */
  readonly noPrompt: boolean;
  /** Asks for the unencrypted transfer of secrets over the bus. */
  readonly plain: boolean;
  /** Writes a line on stderr for each message on the bus: header and timing, never a body. */
  readonly trace?: boolean | undefined;
  /** The longest wait for any one answer: of the bus, the service, a person at a prompt. */
  readonly timeoutMs?: number | undefined;
}

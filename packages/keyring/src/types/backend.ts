/**
 * What a place for passwords must offer: five methods. The ones of this package stand in
 * src/backends/; a program brings its platform's store by implementing this and passing the object.
 */

/** What an entry is filed under. Any characters and lengths; a narrower store escapes them. */
export interface EntryKey {
  readonly service: string;
  readonly username: string;
  /** Part of the key where given; a store without a place for it refuses one. */
  readonly group?: string | undefined;
}

/** Matches entries that have all that is given. */
export type EntryFilter = Partial<EntryKey>;

/** What every call of a backend takes. */
export interface BackendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether the user may be asked; default: as the backend was made. */
  readonly interactive?: boolean | undefined;
}

/** What storing in a backend takes. */
export interface SetOptions extends BackendOptions {
  /** What keyring managers show. Default: the scheme's own. */
  readonly label?: string | undefined;
  /** The program that stores; shown, never part of the key. */
  readonly app?: string | undefined;
  /** Default: `text/plain` for valid UTF-8. */
  readonly contentType?: string | undefined;
}

/** An entry that a search found, with its secret. */
export interface FoundEntry extends EntryKey {
  /** The secret in a buffer that the caller wipes. */
  readonly secret: Uint8Array;
  readonly label?: string | undefined;
  /** Milliseconds since 1970; absent where the store does not say. */
  readonly modifiedMs?: number | undefined;
}

/** How a backend is, found out without a prompt and without changing anything. */
export interface BackendStatus {
  readonly state: 'ready' | 'locked' | 'unavailable';
  /** Whether what is stored outlives a reboot. */
  readonly isPersistent: boolean;
  /** Whether what is stored is encrypted at rest. */
  readonly isEncrypted: boolean;
  /** One line: which daemon, which file, or why it is unavailable and what to do. */
  readonly description: string;
}

/** A change, by anyone. */
export interface BackendEvent {
  readonly type: 'created' | 'changed' | 'deleted';
  /** What was changed, where the store can still say. */
  readonly entry?: EntryKey;
  /** Whether this program caused it. */
  readonly isOwn: boolean;
}

/**
 * A place for passwords. Its errors become {@link KeyringError}s of code `backend-failed`, unless it
 * throws those itself.
 */
export interface Backend {
  /** A short name, as in the option `backend` and in reports. */
  readonly name: string;
  /** The secret in a buffer that the caller wipes; `undefined` only when it is absent. */
  get(key: EntryKey, options?: BackendOptions): Promise<Uint8Array | undefined>;
  /** Stores, replacing what `get` of the same key would give. */
  set(key: EntryKey, secret: Uint8Array, options?: SetOptions): Promise<void>;
  /** Deletes everything that `get` of the key could give; resolves to how many entries. */
  delete(key: EntryKey, options?: BackendOptions): Promise<number>;
  /** What matches, newest first. */
  search(filter: EntryFilter, options?: BackendOptions): Promise<readonly FoundEntry[]>;
  status(options?: BackendOptions): Promise<BackendStatus>;
  /** Follows changes from now on until the signal fires; left out where a store cannot tell. */
  events?(options?: BackendOptions): AsyncIterable<BackendEvent>;
  close?(): Promise<void>;
}

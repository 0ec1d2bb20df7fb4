/** What a keyring file needs of the world. `io/` binds it to Node; tests bind it to memory. */
import type { OwnBytes } from '../bytes.ts';
import type { KeyDerivation } from '../keys/kdf.ts';

/** How long a change waits for others. */
export interface LockOptions {
  /** How long to wait for the lock, in milliseconds; default: 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** A held lock. */
export interface KeyringFileLock {
  /** Makes sure that no other program has taken the lock away: else it rejects. */
  assertHeld(): Promise<void>;
}

/** Files, their lock, key derivation, the clock and randomness. */
export interface KeyringFileIo {
  readonly kdf: KeyDerivation;
  /**
   * Reads a whole file; `undefined` when there is none.
   * @throws {@link KeyringFileError} with code `read-failed`, `too-large` or `not-a-keyring-file`
   * (a folder, a pipe)
   */
  readFile(path: string): Promise<OwnBytes | undefined>;
  /**
   * Replaces a file at once, or leaves it as it is.
   * @throws {@link KeyringFileError} with code `write-failed`
   */
  replaceFile(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Runs `body` while the lock that belongs to the keyring file at `path` is held, and gives it back
   * however that ends.
   * @throws what `body` throws, else {@link KeyringFileError} with code `lock-failed`, also for a
   * lock that `body` found lost
   */
  underLock<Result>(
    path: string,
    options: LockOptions,
    body: (lock: KeyringFileLock) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Makes the folder of `path`, for its owner alone, unless it exists.
   * @throws {@link KeyringFileError} with code `write-failed`
   */
  createFolder(path: string): Promise<void>;
  randomBytes(count: number): OwnBytes;
  nowSeconds(): number;
}

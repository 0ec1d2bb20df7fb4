import type { SharedFile } from './shared-file.ts';

/** What choosing a backend needs of the world. `io/` binds it to Node; tests bind it to memory. */
export interface KeyringHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder; `undefined` where there is none. */
  readonly home: string | undefined;
  /** Whether someone sits at a terminal of this program. */
  readonly hasTerminal: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Text that is another one each time, with 128 bits of randomness. */
  randomName(): string;
  /** The same path, whichever folder the program goes to later. */
  absolutePath(path: string): string;
  /** The text of a file; `undefined` when there is none. */
  readFile(path: string): Promise<string | undefined>;
  /** Replaces a file of the user's at once, and makes its folder. */
  writeFile(path: string, text: string): Promise<void>;
  /** Whether there was one. */
  removeFile(path: string): Promise<boolean>;
  /** The names in a folder; none when there is no folder. */
  listFolder(path: string): Promise<readonly string[]>;
  /**
   * Passes when the folder of a file is this user's alone, or missing.
   *
   * @throws {@link KeyringError} with code `unsafe-folder` or `read-failed`
   */
  requireOwnFolder(file: string): Promise<void>;
  /** A file that several processes change. */
  sharedFile(path: string): Promise<SharedFile>;
}

/** What `export` and `import` need of keyring files: to open one of any form, and to write a new one. */
import type { Attributes } from './items.ts';

/** An item on its way from one place to another. */
export interface PortableItem {
  readonly label: string;
  readonly attributes: Attributes;
  readonly contentType: string;
  /** Seconds since 1970; absent where the source does not say. */
  readonly created?: number | undefined;
  readonly modified?: number | undefined;
  /** The secret in a buffer that whoever asked wipes. */
  readonly readSecret: () => Uint8Array;
}

/** The forms that are written. */
export type WrittenForm = 'v1' | 'hardened';

export interface OpenedKeyringFile {
  /** `hardened`, `v1`, `v0`, `text` or `json`. */
  readonly form: string;
  readonly items: readonly PortableItem[];
  /** How many items do not match their authentication code; they are not among `items`. */
  readonly rejected: number;
  /** Forgets the key; items can no longer give their secrets. */
  close(): void;
}

export interface KeyringFiles {
  /**
   * Opens a file of any form; the password is asked for only if the form needs one.
   *
   * @param name - what the command line calls the file, for errors
   * @throws KeyringFileError
   */
  open(path: string, name: string, password: () => Promise<Uint8Array>): Promise<OpenedKeyringFile>;
  /** The bytes of a new encrypted keyring file. */
  seal(
    items: readonly PortableItem[],
    form: WrittenForm,
    password: Uint8Array,
  ): Promise<Uint8Array>;
  /** The documented JSON form, every secret in clear. */
  formatJson(items: readonly PortableItem[]): Promise<Uint8Array>;
  /**
   * Looks whether a new file can be made here.
   *
   * @throws {@link CliError} with code `output-unwritable`
   */
  requireNew(path: string): Promise<void>;
  /**
   * Writes a file that must not exist yet, for its owner alone.
   *
   * @throws {@link CliError} with code `output-unwritable`
   */
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
}

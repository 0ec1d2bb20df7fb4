/** The options of `openKeyring`. */
import type { PasswordSource } from '@keywire/keyring-file';
import type { ConnectOptions } from '@keywire/secret-service';
import type { Backend } from './backend.ts';
import type { FallbackPolicy } from './choice.ts';
import type { SchemeChoice } from './scheme.ts';

/** A backend by name, or one of the program's own. */
export type BackendChoice = string | Backend;

/** Where an encrypted file lies, and what opens it. */
export interface FileOptions {
  /**
   * Default: `keywire/default.keyring` below `$XDG_DATA_HOME`. The backend `plaintext` has a file of its
   * own, `keywire/plaintext.json` there.
   */
  readonly path?: string | undefined;
  /** Never kept beside the file; bytes are copied. Without one there is no file backend. */
  readonly password?: PasswordSource | undefined;
  /** The form of a new file. Default: `hardened`. */
  readonly format?: 'hardened' | 'v1' | undefined;
  /** Hardened: the text that the file is bound to. */
  readonly context?: string | undefined;
}

/** How the keyring daemon is reached. Default: on the session bus, encrypted. */
export type ServiceConnectOptions = Pick<
  ConnectOptions,
  'address' | 'bus' | 'session' | 'timeouts' | 'trace'
>;

/** What `openKeyring` takes; every part may be left out. */
export interface OpenKeyringOptions {
  /** The program's name: shown to the user, never part of a key. */
  readonly app?: string | undefined;
  /** Part of every key. Default: none. */
  readonly group?: string | undefined;
  /** A backend, or several: the first that has an entry gives it. Default: see `policy`. */
  readonly backend?: BackendChoice | readonly BackendChoice[] | undefined;
  /** Schemes to read; the first is the one to write. Default: `keywire`. */
  readonly scheme?: SchemeChoice | readonly SchemeChoice[] | undefined;
  /** What may be used when there is no keyring. Default: `keyring-only`. */
  readonly policy?: FallbackPolicy | undefined;
  /** Whether the user may be asked. Default: whether there is a display or a terminal. */
  readonly interactive?: boolean | undefined;
  /** What to do with several entries of one key. Default: the newest wins. */
  readonly several?: 'newest' | 'refuse' | undefined;
  /** Whether Azure's, MSAL's and Git Credential Manager's items may be written. Default: false. */
  readonly allowForeignWrites?: boolean | undefined;
  /** One collection by alias, label or path. Default: as the scheme's programs do. */
  readonly collection?: string | undefined;
  readonly connect?: ServiceConnectOptions | undefined;
  readonly file?: FileOptions | undefined;
  /** Whose variables and files may choose. Default: `keywire`; `none`: nobody's. */
  readonly config?: 'keywire' | 'python-keyring' | 'none' | undefined;
  /** Whether to try storing before this resolves. Default: false. */
  readonly probe?: boolean | undefined;
  /** Whether to keep to the backend found by priority from now on. Default: false. */
  readonly remember?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

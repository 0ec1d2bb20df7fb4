/**
 * What the CLI needs of the machine it runs on. io/ implements it over files and descriptors,
 * tests with values; the command line, the commands and the help are pure functions on top of it.
 */

import type { DoctorHost } from './doctor.ts';
import type { Keyring, KeyringOptions } from './keyring.ts';
import type { KeyringFiles } from './keyring-files.ts';
import type { StreamName } from './outcome.ts';
import type { PasswordStores } from './password-stores.ts';
import type { Passwords, PasswordsOptions } from './passwords.ts';
import type { ServiceHost } from './service-host.ts';

/** What stdin is: a person, a pipe or file with something to read, or nothing at all. */
export type StdinKind = 'terminal' | 'data' | 'nothing';

export interface Host {
  readonly version: string;
  /** Fires on Ctrl-C and on a request to end; everything below then rejects. */
  readonly signal: AbortSignal;
  readonly stdinKind: () => StdinKind;
  readonly isTerminal: (stream: StreamName) => boolean;
  /** True on a terminal that shows colours, unless NO_COLOR is set. */
  readonly isColoured: (stream: StreamName) => boolean;
  /** How wide the terminal on stdout is; `undefined` where there is none. */
  readonly columns: () => number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * All of stdin, of a file, or of a descriptor, in a buffer that the caller wipes. Of stdin no more
   * is waited for behind a chunk for which `isLast` says so. Complaints name the `subject`: what the
   * command line calls it, `--seed` or `FILE`, never the path.
   *
   * @throws {@link CliError} with code `input-unreadable` or `input-too-large`
   */
  readonly readStdin: (
    maxBytes: number,
    isLast?: (chunk: Uint8Array) => boolean,
  ) => Promise<Uint8Array>;
  readonly readFile: (path: string, maxBytes: number, subject: string) => Promise<Uint8Array>;
  readonly readDescriptor: (
    descriptor: number,
    maxBytes: number,
    subject: string,
  ) => Promise<Uint8Array>;
  /**
   * Asks on the terminal without echo; resolves to the line without its end.
   *
   * @throws {@link CliError} with code `no-input` (no terminal), `not-asked` (Ctrl-D), `interrupted`
   */
  readonly readHidden: (question: string) => Promise<Uint8Array>;
  readonly openKeyring: (options: KeyringOptions) => Promise<Keyring>;
  readonly openPasswords: (options: PasswordsOptions) => Promise<Passwords>;
  /** Loads what knows of backends and schemes. */
  readonly passwordStores: () => Promise<PasswordStores>;
  /** A variable of the environment. */
  readonly environment: (name: string) => string | undefined;
  /** Loads what reads and writes keyring files. */
  readonly keyringFiles: () => Promise<KeyringFiles>;
  /**
   * Makes a link to this very program; resolves to its path.
   *
   * @throws {@link CliError} with code `output-unwritable`
   */
  readonly makeLink: (folder: string, name: string) => Promise<string>;
  /** Loads what looks at buses, processes and files to find out what is wrong. */
  readonly doctor: () => Promise<DoctorHost>;
  readonly services: ServiceHost;
}

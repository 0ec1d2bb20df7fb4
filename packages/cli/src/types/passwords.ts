/**
 * The little that commands ask of passwords by service and user name. The one implementation, over
 * `@keywire/keyring`, is io/keyrings/open-passwords.ts; tests use one in memory.
 */
import type { PasswordPurpose } from '@keywire/keyring-file';
import type { KeyringOptions } from './keyring.ts';

export interface FoundPassword {
  readonly username: string;
  /** In a buffer that the caller wipes. */
  readonly secret: Uint8Array;
}

export interface Passwords {
  /** In a buffer that the caller wipes; `undefined` only where it is certainly absent. */
  get(service: string, username: string): Promise<Uint8Array | undefined>;
  set(service: string, username: string, secret: Uint8Array): Promise<void>;
  /** Whether there was one. */
  delete(service: string, username: string): Promise<boolean>;
  /** The newest of a service. */
  find(service: string): Promise<FoundPassword | undefined>;
  close(): Promise<void>;
}

/** Which passwords a command means, and where they are. */
export interface PasswordsPlan {
  /** The first is written, all are read; absent: the default one. */
  readonly schemes?: readonly string[] | undefined;
  readonly backend?: string | undefined;
  readonly group?: string | undefined;
  readonly collection?: string | undefined;
  /** Whose variables and files may choose the backend. */
  readonly config: 'keywire' | 'python-keyring';
  /** Opens the file of the backend `file`; asked only where it is used, and wiped after. */
  readonly filePassword?: ((purpose: PasswordPurpose) => Promise<Uint8Array>) | undefined;
}

export interface PasswordsOptions extends KeyringOptions, PasswordsPlan {}

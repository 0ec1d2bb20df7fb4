/** What `backends` and `migrate` need to know of the places that passwords can be in. */
import type { KeyringOptions } from './keyring.ts';

/** One backend as it is now, found out without asking anyone. */
export interface BackendReport {
  readonly name: string;
  readonly title: string;
  readonly state: 'ready' | 'locked' | 'unavailable';
  /** Whether it is the one that commands use where none is named. */
  readonly isChosen: boolean;
  readonly isPersistent: boolean;
  readonly isEncrypted: boolean;
  /** How it is, or why it cannot serve. */
  readonly reason: string;
  /** What to do about it; empty where there is nothing. */
  readonly advice: string;
}

export interface SchemeReport {
  readonly name: string;
  readonly title: string;
}

/** A backend that a program found once and keeps to. */
export interface RememberedReport {
  readonly app: string;
  readonly backend: string;
  readonly path: string;
}

export interface PasswordStores {
  backends(options: KeyringOptions): Promise<readonly BackendReport[]>;
  schemes(): readonly SchemeReport[];
  remembered(): Promise<readonly RememberedReport[]>;
  /** Whether there was something to forget for a program; the empty name is that of all without one. */
  forget(app: string): Promise<boolean>;
}

/** What `backends` and `migrate` need to know of the places that passwords can be in. */
import type { KeyringOptions } from './keyring.ts';
import type { PasswordsPlan } from './passwords.ts';

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

/** Which entries go from which scheme to which, and how. */
export interface MigrationPlan
  extends Pick<PasswordsPlan, 'backend' | 'collection' | 'filePassword'> {
  readonly from: string;
  readonly to: string;
  readonly service: string | undefined;
  readonly username: string | undefined;
  readonly deletesSource: boolean;
  readonly isDryRun: boolean;
  readonly onConflict: 'refuse' | 'keep' | 'overwrite';
}

export interface MigrationStep {
  readonly service: string;
  readonly username: string;
  readonly group?: string | undefined;
  readonly step: 'would-copy' | 'copied' | 'already-there' | 'kept-target' | 'deleted' | 'left';
  readonly done: number;
  readonly total: number;
}

export interface MigrationReport {
  readonly total: number;
  readonly copied: number;
  readonly alreadyThere: number;
  readonly keptTarget: number;
  readonly deleted: number;
  readonly left: number;
}

/** A backend of Python's keyring that something here stands for. */
export interface PythonBackendReport {
  readonly name: string;
  readonly priority: number;
}

/** Where Python's keyring keeps what. */
export interface PythonConfigReport {
  readonly path: string;
  readonly isPresent: boolean;
  readonly dataRoot: string;
}

export interface PasswordStores {
  backends(options: KeyringOptions): Promise<readonly BackendReport[]>;
  schemes(): readonly SchemeReport[];
  remembered(): Promise<readonly RememberedReport[]>;
  /** Whether there was something to forget for a program; the empty name is that of all without one. */
  forget(app: string): Promise<boolean>;
  /** What was done until it rejects stays done. */
  migrate(
    options: KeyringOptions & MigrationPlan,
    onStep: (step: MigrationStep) => void,
  ): Promise<MigrationReport>;
  /** What stands for a class of Python; `undefined` where nothing does. */
  pythonBackend(
    name: string,
  ): { readonly backend: string | undefined; readonly scheme: string } | undefined;
  /** Those that can be used now. */
  pythonBackends(): Promise<readonly PythonBackendReport[]>;
  pythonConfig(): PythonConfigReport;
  /** Switches Python's keyring off in its configuration; false where there is one already. */
  disablePython(): Promise<boolean>;
}

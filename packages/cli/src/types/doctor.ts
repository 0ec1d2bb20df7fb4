/**
 * What doctor works with: facts that io/ collects and that judge nothing, and findings that are
 * made of them by pure functions. Nothing here can hold a secret.
 */
import type { ExitCode } from '../exit-code.ts';

/** Something that failed, in its own words. */
export interface FailureFact {
  readonly code: string;
  readonly message: string;
}

/** Where the address of the bus came from. */
export type BusSource =
  | 'DBUS_SESSION_BUS_ADDRESS'
  | 'XDG_RUNTIME_DIR/bus'
  | '/run/user/UID/bus'
  | 'nowhere';

export interface SocketFact {
  readonly path: string;
  /** What is at the path; `unreadable` where we may not look. */
  readonly kind: 'socket' | 'other' | 'missing' | 'unreadable';
  readonly ownerUid?: number | undefined;
  readonly mode?: number | undefined;
}

export interface BusFacts {
  readonly address: string | undefined;
  readonly source: BusSource;
  /** The sockets that the address names, or that were looked for. */
  readonly sockets: readonly SocketFact[];
  /** Why there is no connection. */
  readonly failure?: FailureFact | undefined;
}

export interface OwnerFacts {
  readonly uniqueName: string;
  readonly pid?: number | undefined;
  readonly uid?: number | undefined;
  readonly program?: string | undefined;
  readonly version?: string | undefined;
  /** Which displays its environment names; absent where that cannot be read. */
  readonly displays?: Displays | undefined;
}

export interface Displays {
  readonly DISPLAY?: string | undefined;
  readonly WAYLAND_DISPLAY?: string | undefined;
}

export interface CollectionFact {
  readonly path: string;
  readonly label: string;
  readonly isLocked: boolean;
}

export const ALIASES = ['default', 'login', 'session'] as const;
export type Alias = (typeof ALIASES)[number];

export interface ServiceFacts {
  readonly isActivatable: boolean;
  readonly owner?: OwnerFacts | undefined;
  /** The kind of daemon, by the form of its session path. */
  readonly family?: string | undefined;
  /** Ids of rows of docs/QUIRKS.md. */
  readonly quirks: readonly string[];
  readonly isEncrypted?: boolean | undefined;
  readonly collections: readonly CollectionFact[];
  /** The object path that an alias stands for. */
  readonly aliases: Readonly<Partial<Record<Alias, string>>>;
  /** Who shows the daemon's dialogs, where that is another program. */
  readonly prompter?: 'running' | 'activatable' | 'missing' | undefined;
  /** What came of asking for the default collection to be unlocked; only with --unlock. */
  readonly unlocking?: FailureFact | 'unlocked' | undefined;
  /** Why it could not be started, or did not answer. */
  readonly failure?: FailureFact | undefined;
}

export interface DaemonProcess {
  readonly pid: number;
  readonly program: string;
  readonly arguments: readonly string[];
  /** Where it can be seen without asking. */
  readonly version?: string | undefined;
  readonly ownsName: boolean;
}

/** Lines of a PAM module in one login service, includes followed. */
export interface PamFacts {
  readonly service: string;
  readonly modules: Readonly<Record<string, readonly string[]>>;
}

export interface PlatformFacts {
  readonly uid: number | undefined;
  readonly displays: Displays;
  readonly isOverSsh: boolean;
  readonly sudoUid?: number | undefined;
  readonly hasSystemd: boolean;
  /** 1 or 2 inside the Windows Subsystem for Linux. */
  readonly wslVersion?: 1 | 2 | undefined;
  /** Inside a Flatpak: whether its bus proxy lets the keyring's name through. */
  readonly flatpak?: { readonly mayTalk: boolean } | undefined;
  /** Inside a Snap: its name. */
  readonly snap?: string | undefined;
}

/** KWallet's own settings, where the user has any. */
export interface KWalletSettings {
  readonly path: string;
  readonly isEnabled: boolean;
  readonly isSecretServiceEnabled: boolean;
}

export interface Facts {
  readonly platform: PlatformFacts;
  readonly bus: BusFacts;
  /** Absent without a connection to a bus. */
  readonly service?: ServiceFacts | undefined;
  readonly daemons: readonly DaemonProcess[];
  readonly pam: readonly PamFacts[];
  readonly kwallet?: KWalletSettings | undefined;
  /** Backends that programs chose once and keep to, with the file that says so. */
  readonly remembered: readonly RememberedFact[];
  /** Why that could not be read. */
  readonly configFailure?: FailureFact | undefined;
}

export interface RememberedFact {
  /** Empty for programs without a name. */
  readonly app: string;
  readonly backend: string;
  readonly path: string;
}

/** What is wrong, or worth knowing, and what to do about it. */
export interface Finding {
  readonly code: string;
  /** A `fault` is why a store would fail; a `note` is worth knowing. */
  readonly level: 'fault' | 'note';
  readonly text: string;
  /** What to do, a step each. */
  readonly steps: readonly string[];
}

export interface Diagnosis {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
  /** What a store would exit with. */
  readonly exitCode: ExitCode;
}

export interface FileFacts {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other' | 'missing' | 'unreadable';
  readonly ownerUid?: number | undefined;
  readonly mode?: number | undefined;
  readonly bytes?: number | undefined;
  /** `hardened`, `v1`, `v0`, `text` or `json`. */
  readonly format?: string | undefined;
  /** Why the folder it lies in is not fit for it. */
  readonly folderFailure?: FailureFact | undefined;
  /** Who holds the lock beside it. */
  readonly lock?: LockFact | undefined;
}

export interface LockFact {
  readonly path: string;
  readonly pid?: number;
  readonly program?: string;
  /** Its holder has certainly ended: the next to want the lock takes it. */
  readonly hasEnded?: true;
}

export interface FactsOptions {
  readonly timeoutMs: number;
  /** Asks the keyring to unlock the default collection, a dialog included. */
  readonly isUnlocking: boolean;
}

/** What doctor needs of the machine. */
export interface DoctorHost {
  readonly uid: number | undefined;
  readonly collect: (options: FactsOptions) => Promise<Facts>;
  readonly inspectFile: (path: string) => Promise<FileFacts>;
}

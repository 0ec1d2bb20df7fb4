/**
 * What `run`, `exec` and `serve` need of the machine beside the rest of the host: a bus and a provider for
 * as long as something lasts, a child process, and a way to say something before the end.
 */
import type { ProfileName } from '@keywire/secret-provider';
import type { StreamName } from './outcome.ts';

/** Secrets in a keyring file, or a folder of them, that outlive the process. */
export interface FileStorePlan {
  readonly path: string;
  /** Opens the store, or makes it; wiped once the service runs. */
  readonly password: Uint8Array;
  /** Reads the password once more, for prompts; absent where its place gives it only once. */
  readonly readAgain?: (() => Promise<Uint8Array>) | undefined;
}

export interface AuditPlan {
  readonly path: string;
  readonly includesAttributes: boolean;
}

/**
 * The person at the terminal, or an answer given beforehand: `never` leaves prompts open, `none` is
 * nobody.
 */
export type PrompterName = 'terminal' | 'accept' | 'dismiss' | 'never' | 'none';

/** What to start. Without a file the content lives in memory and ends with the process. */
export interface ServicePlan {
  /** A private bus of our own, or the session bus that is there. */
  readonly bus: 'private' | 'existing';
  /** The store's first content as parsed JSON; `undefined` for an empty store. */
  readonly seed: unknown;
  /** Who answers prompts that the seed says nothing about. */
  readonly prompter: PrompterName;
  /** Whether somebody said so, or it is the default. */
  readonly isPrompterChosen: boolean;
  /** Who may do what, as parsed JSON; absent for everybody anything. */
  readonly policy?: unknown;
  readonly profile: ProfileName | undefined;
  readonly file?: FileStorePlan | undefined;
  readonly audit?: AuditPlan | undefined;
}

/** Where a started service can be found. */
export interface ServiceAddress {
  readonly busAddress: string | undefined;
  readonly uniqueName: string;
}

/** How a command ended, or why it never began. */
export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signalNumber: number }
  | { readonly kind: 'not-found' | 'not-executable' | 'too-large' };

/** What a command's environment has beside this process's own; `undefined` takes one away. */
export type ChildVariables = Readonly<Record<string, string | undefined>>;

export interface ServiceHost {
  /** The words that start this very program. */
  readonly selfCommand: readonly string[];
  /** What Node itself was told, on its command line and in NODE_OPTIONS. */
  readonly nodeOptions: readonly string[];
  readonly absolutePath: (path: string) => string;
  /** Whether a store at this path has no keyring file yet, and is made when it is served. */
  readonly isNewStore: (path: string) => Promise<boolean>;
  /** Writes at once, for what cannot wait for the command's end; false where it could not. */
  readonly tell: (stream: StreamName, text: string) => Promise<boolean>;
  /**
   * Serves until a signal asks for the end, or the bus is gone.
   *
   * @throws {@link CliError} with code `seed-invalid`, `name-taken` or `bus-not-started`
   */
  readonly serve: (
    plan: ServicePlan,
    ready: (at: ServiceAddress) => Promise<void>,
  ) => Promise<'stopped' | 'lost'>;
  /**
   * Runs a command beside a service that lasts as long as it does. Signals go to the command.
   *
   * @throws {@link CliError} with code `seed-invalid`, `name-taken` or `bus-not-started`
   */
  readonly runCommand: (
    plan: ServicePlan,
    command: readonly string[],
    variables: ChildVariables,
  ) => Promise<CommandEnd>;
  /** Runs a command with these variables. Signals go to the command. */
  readonly runWithVariables: (
    variables: ChildVariables,
    command: readonly string[],
  ) => Promise<CommandEnd>;
}

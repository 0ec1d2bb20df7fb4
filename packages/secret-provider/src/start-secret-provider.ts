/** Puts a provider on a bus: connects, serves the API's objects, and takes the name last. */
import { type Connection, connect, isConnectionError, type Message } from '@keywire/dbus-wire';
import { checkOptionNames } from '@keywire/dbus-wire/server';
import type { AuditLog } from './access/audit-log.ts';
import { type ProfileName, profileNamed } from './api/daemon-profiles.ts';
import { PATHS_ABOVE, SERVICE_NAME, SERVICE_PATH } from './api/names.ts';
import { SecretProviderError } from './errors.ts';
import { describeCaller, uniqueNames } from './io/caller.ts';
import { md5 } from './io/md5.ts';
import { systemSeconds } from './io/system-clock.ts';
import { nextTurn, systemDelay } from './io/system-delay.ts';
import { noPrompter, type Prompter } from './prompters/prompter.ts';
import { Provider } from './provider.ts';
import { forgetLeavers } from './service/leavers.ts';
import type { SecretStore } from './stores/store.ts';
import type { AccessPolicy } from './types/policy.ts';

/** What {@link startSecretProvider} takes. */
export interface SecretProviderOptions {
  /** The bus to serve on; default: the session bus. */
  readonly address?: string | undefined;
  /** Where secrets are kept; closed with the provider. */
  readonly store: SecretStore;
  /** Who is asked; default: nobody, every prompt is dismissed at once. */
  readonly prompter?: Prompter | undefined;
  /** Who may do what; default: everybody everything. */
  readonly policy?: AccessPolicy | undefined;
  /** Where requests are recorded before they are answered; default: nowhere. */
  readonly audit?: AuditLog | undefined;
  /** The daemon to imitate, faults included; default: none, the specification as it is. */
  readonly profile?: ProfileName | undefined;
  /** The name to own; default `org.freedesktop.secrets`. */
  readonly name?: string | undefined;
  /** Told about faults that no client sees; default: nobody. */
  readonly onFault?: ((error: unknown) => void) | undefined;
  /** Gives up the start; a provider that has started is ended by `close()`. */
  readonly signal?: AbortSignal | undefined;
}

/** A provider that is on the bus. */
export interface SecretProvider {
  /** The provider's unique name on the bus. */
  readonly uniqueName: string;
  /** Settles when the provider is off the bus, whoever ended it. */
  readonly closed: Promise<void>;
  /** Leaves the bus and closes the store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a provider. The store is the provider's from then on: it is closed with it, also when it
 * cannot start.
 *
 * @throws {@link SecretProviderError} with code `name-taken`, and what opening the store rejects with
 * @throws ConnectionError when there is no bus, with code `aborted` when the signal fires first
 * @throws TypeError for an option that is none; the store stays the caller's then
 */
export async function startSecretProvider(options: SecretProviderOptions): Promise<SecretProvider> {
  checkOptions(options);
  try {
    return await start(options);
  } catch (error) {
    // It may have been opened already, and nobody is left to close it.
    await options.store.close();
    throw error;
  }
}

const OPTION_NAMES: Readonly<Record<keyof SecretProviderOptions, true>> = {
  address: true,
  store: true,
  prompter: true,
  policy: true,
  audit: true,
  profile: true,
  name: true,
  onFault: true,
  signal: true,
};

/**
 * A policy or prompter that cannot be called would be found out by the first client only, and one that
 * is misspelt by nobody.
 */
// @rule provider/option-names keywire#bad-input
function checkOptions(options: SecretProviderOptions): void {
  checkOptionNames('options', options, OPTION_NAMES);
  const { store, prompter, policy, audit, profile, onFault } = options;
  if (typeof store?.collections !== 'function' || typeof store.close !== 'function') {
    throw new TypeError('store: expected a SecretStore, such as memoryStore()');
  }
  if (prompter !== undefined && typeof prompter.ask !== 'function') {
    throw new TypeError('prompter: expected an object with ask()');
  }
  if (policy !== undefined && typeof policy !== 'function') {
    throw new TypeError(`policy: expected a function, got ${typeof policy}`);
  }
  if (audit !== undefined && typeof audit.record !== 'function') {
    throw new TypeError('audit: expected an object with record(), such as auditFile(path)');
  }
  if (onFault !== undefined && typeof onFault !== 'function') {
    throw new TypeError(`onFault: expected a function, got ${typeof onFault}`);
  }
  profileNamed(profile);
}

async function start(options: SecretProviderOptions): Promise<SecretProvider> {
  const { address, store, policy, name = SERVICE_NAME, signal } = options;
  await store.refresh?.();
  const connection = await connect({ ...(address === undefined ? {} : { address }), signal });
  const onFault = options.onFault ?? (() => {});
  const provider = new Provider(
    {
      store,
      prompter: options.prompter ?? noPrompter,
      policy,
      audit: options.audit,
      profile: profileNamed(options.profile),
    },
    {
      emit: (signal) => connection.emit(signal),
      describeCaller: (uniqueName) => describeCaller(connection, uniqueName),
      delay: systemDelay,
      nextTurn,
      vanish: () => void connection.close(),
      failed: onFault,
      clock: systemSeconds,
      digest: md5,
    },
  );
  const handler = { handleCall: (call: Message) => provider.handleCall(call) };
  connection.export(SERVICE_PATH, handler, { subtree: true });
  for (const path of PATHS_ABOVE) connection.export(path, handler);
  followLeavers(connection, provider, onFault);
  await takeName(connection, name, signal);
  const close = async (): Promise<void> => {
    await connection.close();
    await provider.service.close();
    await store.close();
  };
  return {
    uniqueName: connection.uniqueName ?? '',
    closed: connection.closed,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function takeName(
  connection: Connection,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await connection.requestName(name, { signal });
  } catch (cause) {
    await connection.close();
    if (!isConnectionError(cause) || cause.code !== 'name-not-acquired') throw cause;
    throw new SecretProviderError(
      'name-taken',
      `${name}: expected the name to be free on this bus; another provider owns it`,
      { cause },
    );
  }
}

/** Sessions and prompts live as long as the connection that opened them. */
function followLeavers(
  connection: Connection,
  provider: Provider,
  onFault: (error: unknown) => void,
): void {
  // That the connection ended, `closed` tells; whoever ended it, nothing went wrong in here.
  const failed = (error: unknown): void => {
    const isEnd = isConnectionError(error) && ['closed', 'disconnected'].includes(error.code);
    if (!isEnd) onFault(error);
  };
  const changes = connection.signals({
    type: 'signal',
    sender: 'org.freedesktop.DBus',
    interface: 'org.freedesktop.DBus',
    member: 'NameOwnerChanged',
    arg2: '',
  });
  forgetLeavers({
    changes,
    present: () => uniqueNames(connection),
    holders: () => provider.service.callers(),
    forget: (name) => void provider.forgetCaller(name),
    failed,
  }).catch(failed);
}

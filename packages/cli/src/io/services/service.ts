/** Starts what `run` and `serve` offer: a store, a provider over it, and perhaps a bus. */
import { isMessageBusError, startMessageBus } from '@keywire/message-bus';
import {
  acceptingPrompter,
  isPolicyError,
  isSecretProviderError,
  isSeedError,
  keyringFileStore,
  memoryStore,
  noPrompter,
  type ParsedPolicy,
  type Prompter,
  parsePolicy,
  type SecretProviderError,
  type SecretStore,
  scriptedPrompter,
  startSecretProvider,
} from '@keywire/secret-provider';
import { CliError } from '../../output/cli-error.ts';
import { faultKind } from '../../output/fault-kind.ts';
import type { ServiceAddress, ServicePlan } from '../../types/service-host.ts';
import { tell } from '../terminal/tell.ts';
import { openAuditLog } from './audit-log.ts';
import { type OpenedPrompter, openTerminalPrompter } from './terminal-prompter.ts';
import { refuseStore } from './unusable-store.ts';

export interface RunningService extends ServiceAddress {
  /** Settles when the provider is off the bus, whoever ended it. */
  readonly lost: Promise<void>;
  /** Ends the provider, then the bus with every connection, and removes the socket's folder. */
  close(): Promise<void>;
}

/**
 * @param signal - gives up the start, also where a bus takes the connection and never answers
 * @throws {@link CliError} with code `seed-invalid`, `policy-invalid`, `audit-unwritable`, `no-input`,
 * `store-unusable`, `name-taken` or `bus-not-started`
 * @throws KeyringFileError when the store's file cannot be opened or made
 */
export async function startService(
  plan: ServicePlan,
  signal?: AbortSignal,
): Promise<RunningService> {
  const policy = openPolicy(plan);
  const audit = plan.audit && openAuditLog(plan.audit);
  const person = openPrompter(plan);
  const store = openStore(plan);
  const bus = plan.bus === 'private' ? await startBus() : undefined;
  try {
    const provider = await startSecretProvider({
      address: bus?.address,
      store,
      prompter: person.prompter,
      policy: policy?.decide,
      audit,
      profile: plan.profile,
      onFault: reportFault,
      signal,
    });
    return {
      busAddress: bus?.address,
      uniqueName: provider.uniqueName,
      lost: provider.closed,
      async close() {
        await person.close();
        await provider.close();
        await bus?.close();
      },
    };
  } catch (error) {
    await bus?.close();
    if (isSecretProviderError(error)) throw asCliError(error);
    if (plan.file !== undefined) refuseStore(error);
    throw error;
  } finally {
    plan.file?.password.fill(0);
  }
}

function asCliError({ code, message }: SecretProviderError): CliError {
  switch (code) {
    case 'name-taken':
      return new CliError(
        'name-taken',
        'org.freedesktop.secrets: another Secret Service owns the name on this bus; end it first, or leave out --bus',
      );
    case 'colliding-files':
    case 'unsafe-folder':
    case 'unusable-folder':
      return new CliError('store-unusable', message);
  }
}

function openPolicy({ policy, bus, isPrompterChosen }: ServicePlan): ParsedPolicy | undefined {
  if (policy === undefined) return undefined;
  try {
    const parsed = parsePolicy(policy);
    // The default prompter says yes to everything: what a policy asks must not end there unnoticed.
    // @rule cli/policy-asks-whom keywire#serve
    if (parsed.asks && !isPrompterChosen) {
      throw new CliError(
        'policy-invalid',
        '--policy: a decision is "ask", and nobody is named to be asked; add --prompter=terminal, or another',
      );
    }
    // @rule cli/policy-without-programs keywire#serve
    if (parsed.namesPrograms && bus === 'private') {
      warn('on a private bus no program is known: rules of --policy that name some refuse');
    }
    return parsed;
  } catch (error) {
    if (!isPolicyError(error)) throw error;
    throw new CliError('policy-invalid', `--policy: ${error.message}`);
  }
}

function openStore({ seed, file }: ServicePlan): SecretStore {
  if (file !== undefined) return keyringFileStore(file.path, file.password);
  try {
    return memoryStore(seed);
  } catch (error) {
    if (!isSeedError(error)) throw error;
    throw new CliError('seed-invalid', `--seed: ${error.message}`);
  }
}

function openPrompter(plan: ServicePlan): OpenedPrompter {
  if (plan.prompter === 'terminal') return openTerminalPrompter();
  return { prompter: prompterOf(plan), close: async () => {} };
}

function prompterOf({ prompter, file }: ServicePlan): Prompter {
  if (prompter === 'none') return noPrompter;
  if (prompter === 'dismiss' || prompter === 'never') return scriptedPrompter([prompter]);
  const readAgain = file?.readAgain;
  if (readAgain === undefined) return acceptingPrompter;
  return {
    // One that was wrong would be wrong again, for ever.
    ask: async ({ needsPassword, wasWrong }) => {
      if (wasWrong) return { answer: 'dismiss' };
      return needsPassword
        ? { answer: 'accept', password: await readAgain() }
        : { answer: 'accept' };
    },
  };
}

async function startBus(): ReturnType<typeof startMessageBus> {
  try {
    return await startMessageBus();
  } catch (error) {
    if (!isMessageBusError(error)) throw error;
    throw new CliError('bus-not-started', error.message);
  }
}

/** What went wrong inside and no client was told; its text may hold what it should not. */
function reportFault(error: unknown): void {
  if (isSecretProviderError(error)) {
    warn(error.message);
    return;
  }
  tell(`a fault in the service (${faultKind(error)}); it goes on`);
}

function warn(text: string): void {
  tell(`warning: ${text}`);
}

/** Starts what `run` and `serve` offer: a store, a provider over it, and perhaps a bus. */
import { writeSync } from 'node:fs';
import { isMessageBusError, startMessageBus } from '@keywire/message-bus';
import {
  acceptingPrompter,
  auditFile,
  keyringFileStore,
  memoryStore,
  noPrompter,
  type Prompter,
  SecretProviderError,
  type SecretStore,
  SeedError,
  startSecretProvider,
} from '@keywire/secret-provider';
import { CliError } from '../cli-error.ts';
import type { ServiceAddress, ServicePlan } from '../types/service-host.ts';

const STDERR = 2;

export interface RunningService extends ServiceAddress {
  /** Settles when the provider is off the bus, whoever ended it. */
  readonly lost: Promise<void>;
  /** Ends the provider, then the bus with every connection, and removes the socket's folder. */
  close(): Promise<void>;
}

/**
 * @throws {@link CliError} with code `seed-invalid`, `name-taken` or `bus-not-started`
 * @throws KeyringFileError when the store's file cannot be opened or made
 */
export async function startService(plan: ServicePlan): Promise<RunningService> {
  const store = openStore(plan);
  const bus = plan.bus === 'private' ? await startBus() : undefined;
  try {
    const provider = await startSecretProvider({
      address: bus?.address,
      store,
      prompter: prompterOf(plan),
      audit: plan.audit && auditFile(plan.audit.path, plan.audit),
      profile: plan.profile,
      onFault: reportFault,
    });
    return {
      busAddress: bus?.address,
      uniqueName: provider.uniqueName,
      lost: provider.closed,
      async close() {
        await provider.close();
        await bus?.close();
      },
    };
  } catch (error) {
    await bus?.close();
    if (!(error instanceof SecretProviderError) || error.code !== 'name-taken') throw error;
    throw new CliError(
      'name-taken',
      'org.freedesktop.secrets: another Secret Service owns the name on this bus; end it first, or leave out --bus',
    );
  } finally {
    plan.file?.password.fill(0);
  }
}

function openStore({ seed, file }: ServicePlan): SecretStore {
  if (file !== undefined) return keyringFileStore(file.path, file.password);
  try {
    return memoryStore(seed);
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    throw new CliError('seed-invalid', `--seed: ${error.message}`);
  }
}

function prompterOf({ prompter, file }: ServicePlan): Prompter {
  if (prompter === 'none') return noPrompter;
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
  const name = error instanceof Error ? error.name : typeof error;
  writeSync(STDERR, `keywire: a fault in the service (${name}); it goes on\n`);
}
